from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from incidents.models.incident import Incident
from incidents.models.integration import Integration


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self, user, "message.see")

    def unparsed(self) -> Self:
        return self.filter(state=Message.State.UNPARSED)

    def left_behind(self, before: datetime) -> Self:
        """Stored, but never worked off: the process died in between."""
        return self.filter(state=Message.State.RECEIVED, received_at__lt=before)

    def for_list(self) -> Self:
        return self.select_related("integration").prefetch_related("outcomes__incident").defer("body")


class Message(models.Model):
    """What a machine sent, byte for byte, stored before anybody tries to understand it."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        CREATED = "created", _("opened an incident")
        JOINED = "joined", _("joined an incident")
        RESOLVED = "resolved", _("resolved an incident")
        IGNORED = "ignored", _("asked for nothing")
        UNPARSED = "unparsed", _("not understood")
        REFUSED = "refused", _("kept, not worked off")

    class Fault(models.TextChoices):
        ENCODING = "encoding", _("The text is in an encoding that cannot be read.")
        JSON = "json", _("It is not JSON, or only a part of it.")
        OBJECT = "object", _("A JSON object is expected.")
        FIELD = "field", _("A field is missing or means nothing.")
        BROKEN = "broken", _("It could not be worked off. The log says why.")
        PAUSED = "paused", _("The integration was paused.")
        EXPIRED = "expired", _("The token had expired.")

    REPLAYABLE = frozenset({State.RECEIVED, State.UNPARSED, State.REFUSED})

    integration = models.ForeignKey(
        Integration, verbose_name=_("integration"), on_delete=models.PROTECT, related_name="messages"
    )
    received_at = models.DateTimeField(_("received"), db_default=Now(), editable=False)
    body = models.BinaryField(_("body"))
    content_type = models.CharField(max_length=255, blank=True)
    address = models.CharField(_("address"), max_length=64, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    fault = models.CharField(_("fault"), max_length=10, choices=Fault, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    worked_off_at = models.DateTimeField(_("worked off"), null=True)
    replays = models.PositiveIntegerField(_("replays"), default=0)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="message_newest"),
            models.Index(fields=["integration", "-received_at", "-id"], name="message_of_integration"),
            models.Index(
                fields=["state", "received_at"],
                name="message_waiting",
                condition=Q(state__in=["received", "unparsed", "refused"]),
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("integrations:message", args=[self.pk])

    @property
    def is_replayable(self) -> bool:
        return self.state in self.REPLAYABLE

    @property
    def text(self) -> str:
        """The body as far as it can be shown."""
        return bytes(self.body).decode("utf-8", "replace").replace("\0", "\ufffd")

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}


class MessageOutcome(models.Model):
    """What one signal of a message did to which incident."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="outcomes")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="signals")
    did = models.CharField(max_length=10, choices=Message.State)

    class Meta:
        verbose_name = _("outcome of a message")
        verbose_name_plural = _("outcomes of messages")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.incident_id}"
