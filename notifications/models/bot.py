from datetime import datetime
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

ONLY = 1


class BotUpdateQuerySet(models.QuerySet["BotUpdate"]):
    def due(self, at: datetime) -> Self:
        """What was not worked off yet, in the order in which people wrote."""
        rows = self.filter(Q(due_at=None) | Q(due_at__lte=at), state=BotUpdate.State.WAITING)
        return rows.order_by("update_id")

    def failed(self) -> Self:
        return self.filter(state=BotUpdate.State.FAILED)

    def album_of(self, update: "BotUpdate") -> Self:
        """The other pictures of the same album."""
        return self.filter(album=update.album).exclude(pk=update.pk) if update.album else self.none()


class BotUpdate(models.Model):
    """Something people did in a chat, kept before it is worked off: the same one twice is one row."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    update_id = models.BigIntegerField(_("update"), primary_key=True)
    payload = models.JSONField(_("content"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(_("received"), db_default=Now())
    handled_at = models.DateTimeField(_("worked off"), null=True)
    album = models.CharField(max_length=64, blank=True)
    subject_type = models.ForeignKey(ContentType, null=True, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField(null=True)  # what became of it

    objects = BotUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to the bot")
        verbose_name_plural = _("messages to the bot")
        ordering = ["-update_id"]
        indexes = [
            models.Index(fields=["update_id"], name="update_waiting", condition=Q(state="waiting")),
            models.Index(fields=["album"], name="update_album", condition=~Q(album="")),
            models.Index(fields=["state", "-update_id"], name="update_by_state"),
        ]
        constraints = [
            models.CheckConstraint(name="update_failed_says_why", condition=~Q(state="failed", error="")),
            models.CheckConstraint(name="update_state_is_known", condition=Q(state__in=["waiting", "done", "failed"])),
        ]

    def __str__(self) -> str:
        return str(self.update_id)

    def get_absolute_url(self) -> str:
        return reverse("notifications:updates")

    @property
    def look(self) -> str:
        """The status whose shape and colour a page lends it."""
        return {"waiting": "open", "done": "resolved", "failed": "failed"}[self.state]

    @property
    def subject(self) -> Any:
        model = self.subject_type.model_class() if self.subject_type else None
        return model._base_manager.filter(pk=self.subject_id).first() if model else None


class Question(models.Model):
    """What the bot has asked somebody in a chat: their next words there answer it."""

    chat = models.ForeignKey("notifications.Chat", on_delete=models.CASCADE, related_name="questions")
    sender_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("question of the bot")
        verbose_name_plural = _("questions of the bot")
        constraints = [models.UniqueConstraint(fields=["chat", "sender_id"], name="question_is_one_at_a_time")]

    def __str__(self) -> str:
        return self.name


class BotState(models.Model):
    """The bot as this installation runs it: who it is, and which process listens for it. There is one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    username = models.CharField(max_length=64, blank=True)
    holder = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)  # what was written before it has been fetched
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("state of the bot")
        verbose_name_plural = _("state of the bot")
        constraints = [models.CheckConstraint(name="bot_is_only_one", condition=Q(id=ONLY))]

    def __str__(self) -> str:
        return self.username

    @classmethod
    def current(cls) -> "BotState":
        return cls.objects.filter(pk=ONLY).first() or cls()
