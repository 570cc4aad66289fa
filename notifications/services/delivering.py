"""Carrying what stands in the outbox to people, at least once, oldest first."""

import logging
import random
import time
from contextlib import closing, suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import people
from notifications.channels import CHANNELS, Channel, ChannelDown, Closed, Failed, Line, Message, Refused, Undelivered
from notifications.channels.telegram import TelegramChannel
from notifications.models import LATE, Attempt, ChannelHealth, Delivery, DeliveryQuerySet, Notice
from notifications.notifications import DEAD, REPLY, TEST
from notifications.nudge import nudge
from notifications.services.claiming import Parcel, claim, leased, place_of
from notifications.services.editing import edit_stale
from notifications.services.pacing import rest
from notifications.services.telling import GIVE_UP_AFTER, notify
from workflow import request_id
from workflow.actor import Actor
from workflow.models import Conflict, Event

logger = logging.getLogger(__name__)

BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60)]  # after so many attempts; the last repeats
REST = [timedelta(seconds=seconds) for seconds in (15, 30, 60, 120)]  # of a channel that is down
JITTER = 0.1  # share of a wait, so that workers and messages do not march in step
RETRIED_AT_ONCE = 200
RUN = 45  # seconds after which a run leaves the rest to the next


def deliver_due(*, at: datetime | None = None, limit: int = 200) -> int:
    """Send what is due on every channel, at most `limit` messages each, and return how many went out.

    May run twice, late, or in parallel: a message is leased before it is sent and marked after. A crash between the
    two repeats that one message, under the same id, when the lease is over; none is ever lost. `at` stands still
    when given, else the clock runs.
    """
    sent = sum(drain(make(), at=at, limit=limit) for make in CHANNELS.values())
    if settings.TELEGRAM_BOT_TOKEN:
        edit_stale(at=at)
    return sent


def deliver_telegram() -> int:
    """Send what is due in Telegram alone: the bot's own answers do not wait for the next tick."""
    sent = drain(TelegramChannel(), at=None, limit=200)
    edit_stale()
    return sent


def drain(channel: Channel, *, at: datetime | None, limit: int) -> int:
    now = at or timezone.now()
    if problem := channel.problem():
        Delivery.objects.due(channel.name, now).update(state=Delivery.State.DEAD, error=problem)
        return 0
    sent, turns, stop = 0, 0, time.monotonic() + RUN
    with closing(channel):
        while turns < limit and time.monotonic() < stop:
            if parcel := claim(channel.name, at=now):
                sent += carry(channel, parcel, at=at)
                turns += 1
            elif at or not waited(channel, now):
                break
            now = at or timezone.now()
    return sent


def waited(channel: Channel, now: datetime) -> bool:
    """Wait for what is put off for a moment only; say whether there is such."""
    soon = Delivery.objects.due(channel.name, now + timedelta(seconds=channel.pause)).filter(attempts=0)
    if not channel.pause or ChannelHealth.objects.filter(pk=channel.name, rest_until__gt=now).exists():
        return False
    due = soon.order_by().values_list("due_at", flat=True).order_by("due_at").first()
    if due is None:
        return False
    time.sleep(max((due - now).total_seconds(), 0.05))
    return True


def carry(channel: Channel, parcel: Parcel, *, at: datetime | None) -> bool:
    """Send a parcel and write down what came of it; return whether it went out."""
    with request_id.of(parcel.head.notice.request_id):
        failure = carried(channel, parcel, at)
        logger.info("Message %s by %s: %s", parcel.message_id, channel.name, failure or "sent")
    return failure is None


def carried(channel: Channel, parcel: Parcel, at: datetime | None) -> Undelivered | None:
    started = time.monotonic()
    failure: Undelivered | None = None
    try:
        if problem := channel.problem():
            raise Refused(problem)
        message = message_of(parcel, channel, at or timezone.now())
        channel.open()
        channel.send(message)
    except Undelivered as reason:
        failure = reason
    except Exception as error:  # a message that cannot be built must not keep the others from going out
        logger.exception("Message %s could not be sent", parcel.message_id)
        failure = Failed(f"{type(error).__name__}: {error}")
    report(channel.name, parcel, failure, timedelta(seconds=time.monotonic() - started), at or timezone.now())
    return failure


def message_of(parcel: Parcel, channel: Channel, at: datetime) -> Message:
    """Raises Refused when there is nobody, or nowhere, to send it to."""
    head, person = parcel.head, parcel.head.notice.recipient
    if person and not person.is_active:
        raise Refused(_("The account is deactivated."))
    to = head.address or channel.address_of(person)
    if not to:
        raise Refused(_("The person has no address on this channel."))
    late = at - head.wanted_at
    return Message(
        id=parcel.message_id,
        to=to,
        lines=[line_of(delivery.notice) for delivery in parcel.deliveries],
        language=head.notice.language,
        time_zone=head.notice.time_zone,
        critical=head.notice.critical,
        delay=late if late >= LATE else None,
        digest=head.is_digest,
        about=subject_of(parcel),
        reader=person,
        options=head.options,
    )


def subject_of(parcel: Parcel) -> tuple[int, int] | None:
    notice = parcel.head.notice
    alone = len(parcel.deliveries) == 1 and notice.subject_type_id is not None
    return (notice.subject_type_id, notice.subject_id) if alone else None  # type: ignore[return-value]


def line_of(notice: Notice) -> Line:
    return Line(notice.title, notice.body, notice.url, notice.kind, notice.created_at)


@transaction.atomic
def report(channel: str, parcel: Parcel, failure: Undelivered | None, duration: timedelta, at: datetime) -> None:
    """Write down how an attempt ended. What a slower carrier of the same parcel finds out later does not undo it."""
    health = ChannelHealth.objects.locked(channel)  # first, as claims do: two orders of locking would deadlock
    pks = [delivery.pk for delivery in parcel.deliveries]
    attempt = Attempt.objects.filter(delivery__in=pks, started_at=parcel.started_at, duration=None)
    attempt.update(duration=duration, error=str(failure or ""))
    parts = Delivery.objects.filter(pk__in=pks)
    if failure is None:
        parts.update(state=Delivery.State.SENT, sent_at=at, lease_until=None, error="")
        Delivery.objects.unleased(at).filter(instead_of__in=pks, attempts=0).delete()
    else:
        ours = parts.waiting().filter(lease_until=parcel.lease_until)
        give_back(ours, parcel.head, failure, at)
    if isinstance(failure, ChannelDown):
        health.went_down(str(failure), at, failure.wait or waiting_time(REST, health.failures + 1))
        overdue = Delivery.objects.waiting().filter(channel=channel, give_up_at__lte=at)
        overdue.update(state=Delivery.State.DEAD, error=str(failure))
    elif not isinstance(failure, Failed):
        health.works(at)
    if failure is not None and parts.dead().exists():
        Delivery.objects.waiting().filter(instead_of__in=pks, due_at__gt=at).update(due_at=at)
        tell_administrators(parcel.head, failure, at)
    wipe({delivery.notice_id for delivery in parcel.deliveries if delivery.notice.private})


def wipe(private: set[int]) -> None:
    """Forget the texts that nobody but their reader may see, once no delivery of them waits."""
    if private:
        waiting = Delivery.objects.waiting().filter(notice=OuterRef("pk"))
        Notice.objects.filter(~Exists(waiting), pk__in=private).update(body="")


def give_back(parts: DeliveryQuerySet, head: Delivery, failure: Undelivered, at: datetime) -> None:
    """Put what was not sent back into the queue, or bury it: what is refused for good, or was tried for a day."""
    over = isinstance(failure, Refused) or at >= head.give_up_at
    state = Delivery.State.DEAD if over else Delivery.State.FAILED
    due = head.due_at  # of a channel that is down nobody loses their place
    if isinstance(failure, Failed):
        if failure.wait and (place := place_of(head)):
            rest(place, at + failure.wait)
        due = at + (failure.wait or waiting_time(BACK_OFF, head.attempts))
    parts.update(state=state, error=str(failure), due_at=due, lease_until=None)


def tell_administrators(dead: Delivery, failure: Undelivered, at: datetime) -> None:
    """Say that a message was given up; but not that such a message was, which would go on for ever."""
    if dead.notice.kind in {DEAD.name, TEST.name, REPLY.name}:
        return
    if isinstance(failure, Closed) and (dead.notice.recipient or is_personal(dead)):
        return  # a person's own choice; a letter takes its place, or their card says so
    context = {
        "who": getattr(dead.notice.recipient, "name", "") or dead.address,
        "title": dead.notice.title,
        "channel": CHANNELS[dead.channel].label,
        "error": failure,
    }
    notify(people.administrators(), kind=DEAD, context=context, url=dead.get_absolute_url(), at=at)


def is_personal(delivery: Delivery) -> bool:
    place = place_of(delivery)
    return place is not None and place.chat > 0


def waiting_time(steps: list[timedelta], failures: int) -> timedelta:
    return steps[min(failures, len(steps)) - 1] * (1 + random.uniform(0, JITTER))  # noqa: S311 - not a secret


@transaction.atomic
def retry(delivery: Delivery, *, by: Actor, at: datetime | None = None) -> None:
    """Try a failed or given-up message once more, for another day. Raises Conflict."""
    at = at or timezone.now()
    if delivery.notice.private:
        raise Conflict(delivery, _("Its text was wiped. Let the person ask for a new one."))
    same_message = Q(message_id=delivery.message_id) if delivery.message_id else Q(pk=delivery.pk)
    again = Delivery.objects.filter(same_message, state__in=[Delivery.State.FAILED, Delivery.State.DEAD]).unleased(at)
    if not again.update(state=Delivery.State.PENDING, due_at=at, give_up_at=at + GIVE_UP_AFTER):
        raise Conflict(delivery, _("It is not waiting for another attempt."))
    ChannelHealth.objects.filter(channel=delivery.channel).update(rest_until=None)
    delivery.refresh_from_db()
    Event.record(delivery, by=by, verb="retry", before={"error": delivery.error})
    transaction.on_commit(lambda: nudge("notifications.jobs.deliver"), robust=True)


def retry_all(channel: str, *, by: Actor, at: datetime | None = None) -> int:
    """Try what was given up on a channel once more, the newest first, and return how many."""
    dead = Delivery.objects.dead().filter(channel=channel, notice__private=False).for_list()[:RETRIED_AT_ONCE]
    for delivery in dead:
        with suppress(Conflict):  # it went with another of the same message
            retry(delivery, by=by, at=at)
    return len(dead)


def send_test(*, by: Actor) -> list[Delivery]:
    """Send the actor a test by every channel that reaches them, now, and return what came of it."""
    at = timezone.now()
    with transaction.atomic():
        notices = notify([by.user], kind=TEST, at=at)
        waiting = Delivery.objects.filter(notice__in=notices).for_sending()
        parcels = [parcel for delivery in waiting if (parcel := leased(delivery, at))]
    for parcel in parcels:  # leased before anybody else could see them
        with closing(CHANNELS[parcel.head.channel]()) as channel:
            carry(channel, parcel, at=None)
    return list(Delivery.objects.filter(notice__in=notices).order_by("channel"))
