"""Deciding which message a worker carries next. Claims of one channel happen one at a time; carrying does not."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from notifications.channels import CHANNELS
from notifications.kinds import TELEGRAM
from notifications.models import Attempt, ChannelHealth, Delivery, Place
from notifications.services.pacing import take_turn

LEASE = timedelta(minutes=3)  # longer than a send can take: a dozen answers of the server, SMTP_TIMEOUT each
STORM = timedelta(minutes=2)  # after one notice of a kind the next ones wait so long, to go as one summary


@dataclass(frozen=True)
class Parcel:
    """The deliveries that go out as one message, and the lease under which this worker has them."""

    message_id: UUID
    deliveries: list[Delivery]
    started_at: datetime

    @property
    def lease_until(self) -> datetime:
        return self.started_at + LEASE

    @property
    def head(self) -> Delivery:
        return self.deliveries[0]


def claim(channel: str, *, at: datetime) -> Parcel | None:
    """Lease the oldest message that is due, None when there is none or the channel rests.

    A worker that dies keeps its lease until it runs out; then the same message is claimed again under the same id.
    """
    if not Delivery.objects.due(channel, at).exists():
        return None  # the usual case costs no lock
    with transaction.atomic():
        if ChannelHealth.objects.locked(channel).is_resting(at):
            return None
        while head := Delivery.objects.due(channel, at).for_sending().first():
            if not postponed(head, at) and (parcel := leased(head, at)):
                return parcel
    return None


def leased(head: Delivery, at: datetime) -> Parcel | None:
    """Lease `head` and what goes with it by compare-and-set; None when its last carrier has just reported after all."""
    companions = [delivery.pk for delivery in head.companions(at, CHANNELS[head.channel].summary_limit)]
    message_id, until = head.message_id or uuid.uuid4(), at + LEASE
    Delivery.objects.free(at).filter(pk__in=companions).update(
        lease_until=until, started_at=at, message_id=message_id, attempts=F("attempts") + 1
    )
    ours = Delivery.objects.filter(message_id=message_id, lease_until=until).for_sending().order_by("pk")
    parcel = Parcel(message_id, list(ours), at)
    Attempt.objects.bulk_create(Attempt(delivery=delivery, started_at=at) for delivery in parcel.deliveries)
    return parcel if parcel.deliveries else None


def postponed(head: Delivery, at: datetime) -> bool:
    """Put `head` off while its reader sleeps, or until the storm it belongs to can be summed up."""
    if quiet_until := end_of_quiet(head, at):
        digest = {"gather": head.digest_key(head.channel, head.notice.recipient_id)} if head.may_join else {}
        return bool(Delivery.objects.filter(pk=head.pk).update(due_at=quiet_until, **digest))
    if is_needless(head):
        return bool(Delivery.objects.filter(pk=head.pk).delete())
    if storm_until := end_of_storm(head, at):
        return bool(Delivery.objects.filter(pk=head.pk).update(due_at=storm_until))
    return waits_for_its_turn(head, at)


def is_needless(head: Delivery) -> bool:
    """A fall-back that was never tried goes nowhere once the first way has worked."""
    first = head.instead_of
    return first is not None and not head.attempts and first.state == Delivery.State.SENT


def place_of(head: Delivery) -> Place | None:
    if head.channel != TELEGRAM:
        return None
    known = head.address or str(getattr(head.notice.recipient, "telegram_id", None) or "")
    return Place.parse(known) if known else None


def waits_for_its_turn(head: Delivery, at: datetime) -> bool:
    """Put off everything to a chat that must not be written to yet, so that the oldest stays first."""
    place = place_of(head)
    later = take_turn(place, at) if place else None
    return bool(later and Delivery.objects.due(head.channel, at).to_the_same(head).order_by().update(due_at=later))


def end_of_quiet(head: Delivery, at: datetime) -> datetime | None:
    hours = getattr(head.notice.recipient, "quiet_hours", None)
    if hours is None or not head.patient:
        return None
    return hours.end_after(at, head.notice.time_zone)


def end_of_storm(head: Delivery, at: datetime) -> datetime | None:
    """A notice that has been under way keeps its turn; a digest waits for nobody."""
    if not head.may_join or head.is_digest:
        return None
    told = Delivery.objects.filter(gather=head.gather).in_flight_or_sent_since(at - STORM, at).last_start()
    return told + STORM if told else None
