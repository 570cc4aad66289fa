from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications.kinds import WAYS, label_of
from notifications.models.notice import Notice

DIGEST = "quiet-hours"
LATE = timedelta(minutes=5)  # from here on a message says how late it is


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state__in=[Delivery.State.PENDING, Delivery.State.FAILED])

    def dead(self) -> Self:
        return self.filter(state=Delivery.State.DEAD)

    def unleased(self, at: datetime) -> Self:
        """Not in the hands of a worker; the lease of one that died is over by itself."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lte=at))

    def free(self, at: datetime) -> Self:
        return self.waiting().unleased(at)

    def due(self, channel: str, at: datetime) -> Self:
        """What should go out now, oldest first."""
        return self.free(at).filter(channel=channel, due_at__lte=at).order_by("pk")

    def in_flight_or_sent_since(self, moment: datetime, at: datetime) -> Self:
        under_way = Q(lease_until__gt=at) | Q(state=Delivery.State.SENT)
        return self.filter(under_way, started_at__gt=moment)

    def to_the_same(self, head: "Delivery") -> Self:
        """What goes to the same reader or place as `head`."""
        if head.address:
            return self.filter(address=head.address)
        return self.filter(address="", notice__recipient=head.notice.recipient_id)

    def last_start(self) -> datetime | None:
        return self.aggregate(last=Max("started_at"))["last"]

    def for_sending(self) -> Self:
        return self.select_related("notice__recipient__quiet_hours", "instead_of")

    def for_list(self) -> Self:
        return self.select_related("notice__recipient")


class Delivery(models.Model):
    """A notice on its way through one channel, until it is sent or given up."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed, will be repeated")
        DEAD = "dead", _("given up")

    notice = models.ForeignKey(Notice, verbose_name=_("notice"), on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10)
    address = models.CharField(_("address"), max_length=254, blank=True)  # empty: the recipient's own
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PENDING, editable=False)
    wanted_at = models.DateTimeField(_("wanted at"))  # when it would go out if all were well: lateness counts from here
    due_at = models.DateTimeField(_("next attempt"))
    give_up_at = models.DateTimeField()
    patient = models.BooleanField(default=True)  # may wait until its reader wakes
    instead_of = models.ForeignKey(  # a fall-back: it goes only if that one has not gone in time
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="fallbacks"
    )
    options = models.JSONField(
        default=dict, editable=False
    )  # what the channel is told besides: buttons, what it answers
    gather = models.CharField(max_length=120, blank=True)  # deliveries that agree in it may share a message
    message_id = models.UUIDField(null=True, editable=False)  # the message it went into: a repeat carries the same
    lease_until = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)  # the last attempt
    attempts = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    error = models.TextField(_("error"), blank=True, editable=False)  # the last one

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["channel", "due_at"], name="delivery_due", condition=Q(state__in=["pending", "failed"])
            ),
            models.Index(fields=["gather", "started_at"], name="delivery_gathered", condition=~Q(gather="")),
            models.Index(fields=["message_id"], name="delivery_of_message", condition=Q(message_id__isnull=False)),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notice_goes_once_by_channel"),
            models.CheckConstraint(
                name="delivery_state_is_known", condition=Q(state__in=["pending", "sent", "failed", "dead"])
            ),
            models.CheckConstraint(
                name="delivery_sent_has_a_time",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(name="delivery_dead_says_why", condition=~Q(state="dead", error="")),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.channel}"

    def get_absolute_url(self) -> str:
        return reverse("notifications:delivery", args=[self.pk])

    @property
    def delay(self) -> timedelta | None:
        """How much later than wanted it was sent, None while that is not worth saying."""
        late = self.sent_at - self.wanted_at if self.sent_at else timedelta()
        return late if late >= LATE else None

    @property
    def look(self) -> str:
        """The status whose shape and colour a page lends it."""
        return {"pending": "open", "failed": "late", "sent": "resolved", "dead": "failed"}[self.state]

    @property
    def channel_label(self) -> str:
        return str(WAYS.get(self.channel, self.channel))

    @property
    def is_retryable(self) -> bool:
        return self.state in {self.State.FAILED, self.State.DEAD} and not self.notice.private

    @property
    def kind_label(self) -> str:
        return label_of(self.notice.kind)

    @staticmethod
    def digest_key(channel: str, user_id: int | None) -> str:
        return f"{channel}:{user_id}:{DIGEST}"

    @property
    def is_digest(self) -> bool:
        """It was held back over quiet hours, and goes with whatever else was."""
        return self.gather.endswith(f":{DIGEST}")

    @property
    def may_join(self) -> bool:
        """It has not been under way yet, so it may still share a message with others."""
        return bool(self.gather) and self.message_id is None

    def companions(self, at: datetime, limit: int) -> DeliveryQuerySet:
        """Those that go into one message with it, oldest first: the same as last time, else all that may."""
        if self.message_id:
            return Delivery.objects.free(at).filter(message_id=self.message_id).order_by("pk")
        if not self.gather:
            return Delivery.objects.filter(pk=self.pk)
        return Delivery.objects.due(self.channel, at).filter(gather=self.gather, message_id=None)[:limit]


class Attempt(models.Model):
    """One try to deliver. Without a duration it never ended: it runs, or its worker died."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    started_at = models.DateTimeField(_("started at"))
    duration = models.DurationField(_("duration"), null=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M:%S} {self.error}".strip()


class ChannelHealthManager(models.Manager["ChannelHealth"]):
    def locked(self, channel: str) -> "ChannelHealth":
        """The row of a channel, locked until the transaction ends: one claim at a time."""
        return self.select_for_update().get_or_create(channel=channel)[0]


class ChannelHealth(models.Model):
    """Whether a channel as a whole works. While it rests nothing is tried, and nobody's turn is lost."""

    channel = models.CharField(max_length=10, primary_key=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    error = models.TextField(blank=True)
    down_since = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = ChannelHealthManager()

    class Meta:
        verbose_name = _("state of a channel")
        verbose_name_plural = _("states of channels")
        constraints = [
            models.CheckConstraint(
                name="channel_down_says_why",
                condition=Q(down_since__isnull=True, error="") | (Q(down_since__isnull=False) & ~Q(error="")),
            )
        ]

    def __str__(self) -> str:
        return self.channel

    def went_down(self, error: str, at: datetime, rest: timedelta) -> None:
        self.failures += 1
        self.error, self.rest_until = error, at + rest
        self.down_since = self.down_since or at
        self.save()

    def works(self, at: datetime) -> None:
        self.failures, self.error, self.down_since, self.rest_until, self.sent_at = 0, "", None, None, at
        self.save()

    def is_resting(self, at: datetime) -> bool:
        return self.rest_until is not None and self.rest_until > at
