from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from workflow.models import Registered, RegisteredQuerySet

LIVE_FOR = timedelta(days=30)  # so long a message about an object follows it
STALE_BUTTONS = timedelta(days=2)  # after that nobody presses a button under a personal message


class Place(NamedTuple):
    """Where in Telegram something is written: a chat and, in a group with topics, the topic."""

    chat: int
    thread: int | None = None

    def __str__(self) -> str:
        return f"{self.chat}/{self.thread}" if self.thread else str(self.chat)

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Raises ValueError for what is no number, or number/number."""
        chat, _slash, thread = text.strip().partition("/")
        return cls(int(chat), int(thread) if thread else None)


class ChatQuerySet(RegisteredQuerySet["Chat"]):
    def open(self) -> Self:
        return self.present().filter(closed_at=None)

    def closed(self) -> Self:
        return self.exclude(closed_at=None)

    def on_call(self) -> Self:
        return self.open().filter(on_call=True)

    def groups(self) -> Self:
        """Those that administrators look after; personal chats belong to their people."""
        return self.exclude(kind=Chat.Kind.PRIVATE)

    def at(self, place: Place) -> "Chat":
        """Return the chat of a place, made on first sight."""
        kind = Chat.Kind.PRIVATE if place.chat > 0 else Chat.Kind.GROUP
        return self.get_or_create(telegram_id=place.chat, defaults={"kind": kind})[0]


class Chat(Registered):
    """A chat in Telegram that the bot knows: what it is told, what it may ask, and whether the bot may still write."""

    class Kind(models.TextChoices):
        PRIVATE = "private", _("personal chat")
        GROUP = "group", _("group")
        SUPERGROUP = "supergroup", _("supergroup")
        CHANNEL = "channel", _("Telegram channel")

    telegram_id = models.BigIntegerField(_("chat id"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GROUP, editable=False)
    title = models.CharField(_("name"), max_length=255, blank=True)
    thread = models.PositiveBigIntegerField(
        _("topic"), null=True, blank=True, help_text=_("Number of the topic to write into, in a group with topics.")
    )
    language = models.CharField(_("language"), max_length=5, blank=True, choices=settings.LANGUAGES)
    on_call = models.BooleanField(
        _("on-call chat"), default=False, help_text=_("Is told of every incident, outage and failure of the machinery.")
    )
    accepts_reports = models.BooleanField(
        _("takes reports from anybody"),
        default=False,
        help_text=_("Whoever writes here may report an incident, with or without an account."),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)  # Telegram lets us write no more
    error = models.CharField(_("error"), max_length=500, blank=True, editable=False)
    recent = models.JSONField(default=list, editable=False)  # seconds since 1970 of what was written in a minute
    rest_until = models.DateTimeField(null=True, editable=False)  # Telegram asked for patience
    refused_at = models.DateTimeField(null=True, editable=False)  # when a stranger was last told who may write

    objects = ChatQuerySet.as_manager()

    class Meta:
        verbose_name = _("Telegram chat")
        verbose_name_plural = _("Telegram chats")
        ordering = ["title", "telegram_id"]
        constraints = [
            models.CheckConstraint(name="chat_closed_says_why", condition=Q(closed_at__isnull=True) | ~Q(error=""))
        ]

    def __str__(self) -> str:
        return self.title or str(self.telegram_id)

    def get_absolute_url(self) -> str:
        return reverse("notifications:chat", args=[self.pk])

    @property
    def place(self) -> Place:
        return Place(self.telegram_id, self.thread)

    @property
    def is_group(self) -> bool:
        return self.kind != self.Kind.PRIVATE

    @property
    def name(self) -> str:
        """What this is to a reader of notices, as people have it."""
        return str(self)

    def close(self, reason: str, at: datetime) -> None:
        """Telegram refuses for good: the bot was blocked, removed, or the chat is gone."""
        Chat.objects.filter(pk=self.pk, closed_at=None).update(closed_at=at, error=reason[:500])
        self.refresh_from_db(fields=["closed_at", "error"])

    def reopen(self) -> None:
        """Somebody there speaks to the bot again."""
        if self.closed_at is not None:
            Chat.objects.filter(pk=self.pk).update(closed_at=None, error="")
            self.closed_at, self.error = None, ""

    @classmethod
    def relations(cls, user: Any) -> dict[str, dict[str, Any]]:
        return {}


class PostQuerySet(models.QuerySet["Post"]):
    def about(self, subject: models.Model) -> Self:
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(subject_type=kind, subject_id=subject.pk)

    def worth_editing(self, at: datetime) -> Self:
        return self.filter(Q(live=True, created_at__gt=at - LIVE_FOR) | Q(created_at__gt=at - STALE_BUTTONS))

    def stale(self, model: type[models.Model], at: datetime) -> Self:
        """Those about objects of `model` that changed since, and that nobody is mending, oldest first."""
        rows = self.filter(subject_type=ContentType.objects.get_for_model(model)).worth_editing(at)
        rows = rows.filter(Q(lease_until=None) | Q(lease_until__lte=at), Q(due_at=None) | Q(due_at__lte=at))
        subject = model._base_manager.filter(pk=OuterRef("subject_id"))
        rows = rows.annotate(current=Subquery(subject.values("version")[:1]))
        return rows.filter(chat__closed_at=None, current__gt=F("version")).order_by("pk")


class Post(models.Model):
    """A message in a chat that is about an object. A live one is edited as the object changes, there is one of it.

    What it should show is the object as it stands, so an edit waits in no queue: it is due while the object's version
    is ahead of the one that was shown.
    """

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="posts")
    message_id = models.BigIntegerField()
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64, blank=True)  # of the notice: what is said back depends on it
    live = models.BooleanField(default=False)
    shown = models.CharField(max_length=64, blank=True)  # digest of what it shows
    prefix = models.CharField(max_length=200, blank=True)  # what stays above the text: that it came late
    version = models.PositiveIntegerField(default=0)  # of the object when it was shown
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("Telegram message")
        verbose_name_plural = _("Telegram messages")
        constraints = [
            models.UniqueConstraint(fields=["chat", "message_id"], name="post_is_one_message"),
            models.UniqueConstraint(
                fields=["chat", "subject_type", "subject_id"], name="post_is_live_once", condition=Q(live=True)
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="post_about"),
            models.Index(fields=["subject_type", "created_at"], name="post_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.chat_id}:{self.message_id}"
