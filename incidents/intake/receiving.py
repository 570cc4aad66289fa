"""From a message to its incidents: stored first, understood later, worked off exactly once.

Two transactions. The first stores the bytes; once it is committed nothing that was sent is lost, whatever happens
next. The second, under the lock of the integration, opens, joins and resolves incidents and says in the message what
became of it: all of it or nothing. A message left between the two is worked off by `work_off_left_behind`.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import require
from incidents import services
from incidents.intake import formats, storms
from incidents.intake.notifications import tell_overflow, tell_unparsed
from incidents.intake.signals import Signal, Unreadable
from incidents.models import Incident, Integration, Message, MessageOutcome
from incidents.models.integration import RATE_WINDOW
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event, MoveRefused

logger = logging.getLogger(__name__)
State, Fault = Message.State, Message.Fault
PATIENCE = timedelta(minutes=1)  # a message that young may still be in somebody's hands
REPLAYS_AT_ONCE = 500


class UnknownToken(Exception):
    """No integration has this token, or it was withdrawn or rotated."""


class Overflow(Exception):
    """The integration has used up its five minutes; `wait` is the number of seconds until the next."""

    def __init__(self, wait: int):
        super().__init__(wait)
        self.wait = wait


class Shut(PermissionDenied):
    """The integration is paused or its token has expired; the message is kept."""

    def __init__(self, message: Message):
        super().__init__(Fault(message.fault).label)
        self.message = message


@dataclass(frozen=True)
class Envelope:
    """A body as it came, and from where."""

    body: bytes
    content_type: str = ""
    address: str = ""
    request_id: str = ""


def receive(token: str, envelope: Envelope) -> Message:
    """Store what came and work it off. Raises UnknownToken, PermissionDenied (Shut), Overflow.

    The answer for the sender stands in the message; what is not understood waits there as `unparsed`.
    """
    integration = Integration.objects.of_token(token).first()
    if integration is None:
        raise UnknownToken
    if not integration.is_reachable_from(envelope.address):
        raise PermissionDenied(_("This integration may not be used from your network."))
    message, wait = stored(integration, envelope)
    if message is None:
        raise Overflow(wait)
    if message.state == State.REFUSED:
        raise Shut(message)
    return worked_off(message, request_id=envelope.request_id)


@transaction.atomic
def stored(integration: Integration, envelope: Envelope) -> tuple[Message | None, int]:
    """Count the message against the limit and store it; beyond the limit None and the seconds to wait."""
    row = Integration.objects.select_for_update(of=("self",)).get(pk=integration.pk)
    at = timezone.now()  # under the lock: who came later counts later
    start, used = row.window_started_at, row.window_used + 1
    if start is None or abs(at - start) >= RATE_WINDOW:
        start, used = at, 1
    Integration.objects.filter(pk=row.pk).update(window_started_at=start, window_used=used, last_used_at=at)
    if used > row.rate_limit:
        if used == row.rate_limit + 1:
            tell_overflow(row)
        return None, int((start + RATE_WINDOW - at).total_seconds()) + 1
    fault = {"paused": Fault.PAUSED, "expired": Fault.EXPIRED}.get(row.state, "")
    message = Message.objects.create(
        integration=row,
        body=envelope.body,
        content_type=envelope.content_type[:255],
        address=envelope.address,
        state=State.REFUSED if fault else State.RECEIVED,
        fault=fault,
    )
    return message, 0


def worked_off(message: Message, *, request_id: str = "") -> Message:
    """Understand the message and act; whatever goes wrong but the database is written down in it."""
    try:
        return work_off(message, request_id=request_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Message %s cannot be worked off", message.pk)
        return set_aside(message, Unreadable(Fault.BROKEN))


@transaction.atomic
def work_off(message: Message, *, request_id: str = "") -> Message:
    """Do what the message says unless somebody has done it meanwhile."""
    Integration.objects.select_for_update(of=("self",)).get(pk=message.integration_id)
    row = Message.objects.select_for_update(of=("self",)).select_related("integration").get(pk=message.pk)
    if not row.is_replayable:
        return row
    try:
        signals = formats.read(row)
    except Unreadable as error:
        return set_aside(row, error)
    by = Actor(User.objects.system(), Channel.INTAKE, label=row.integration.name, request_id=request_id)
    # In the order of their keys, so that two messages never wait for each other's incidents.
    places = sorted(range(len(signals)), key=lambda place: signals[place].key)
    done = {place: act(signals[place], row.integration, by=by) for place in places}
    outcomes = [(did, incident) for place in range(len(signals)) for did, incident in [done[place]]]
    MessageOutcome.objects.bulk_create(
        MessageOutcome(message=row, incident=incident, did=did) for did, incident in outcomes if incident
    )
    storms.gather(row.integration, [incident for did, incident in outcomes if did == State.CREATED and incident], by=by)
    mark(row, state=chief([did for did, _incident in outcomes]), fault="", detail="")
    return row


def act(signal: Signal, integration: Integration, *, by: Actor) -> tuple[str, Incident | None]:
    """Open, join or resolve the incident that the signal is about; return what was done and to which."""
    known = Incident.objects.of_signal(integration, signal.key)
    if not signal.firing:
        incident = known.active().first()
        return (State.RESOLVED, incident) if incident and resolved(incident, by=by) else (State.IGNORED, None)
    if known.active().update(occurrences=F("occurrences") + 1, last_seen_at=Now()):
        return State.JOINED, known.active().first()
    incident = services.report(
        by=by,
        title=signal.title,
        description=signal.description or signal.title,
        severity=signal.severity or integration.severity,
        source=integration.source,
        integration=integration,
        dedup_key=signal.key,
        previous=known.order_by("-pk").first(),
        told=False,
    )
    return State.CREATED, incident


def resolved(incident: Incident, *, by: Actor) -> bool:
    """Resolve it in the name of the machine that says it is well; somebody may have been faster."""
    try:
        services.resolve_by_signal(incident, by=by)
    except MoveRefused:
        return False
    return True


def chief(done: list[str]) -> str:
    """Return the one word for everything that a message did."""
    order = (State.CREATED, State.JOINED, State.RESOLVED)
    return next((state for state in order if state in done), State.IGNORED)


@transaction.atomic
def set_aside(message: Message, error: Unreadable) -> Message:
    """Let the message wait until somebody has mended what keeps it from being understood; tell about the first one."""
    first = not Message.objects.unparsed().filter(integration=message.integration_id).exists()
    mark(message, state=State.UNPARSED, fault=error.fault, detail=error.detail[:200])
    if first:
        tell_unparsed(message)
    return message


def mark(message: Message, **fields: str) -> None:
    Message.objects.filter(pk=message.pk).update(**fields, worked_off_at=Now())
    message.refresh_from_db(fields=[*fields, "worked_off_at"])


@transaction.atomic
def replay(message: Message, *, by: Actor, note: str = "") -> Message:
    """Work off again what was not understood or not let in. Raises Conflict for what has become something."""
    require(by.user, "message.replay", message)
    if not message.is_replayable:
        raise Conflict(message, _("It was worked off already: replaying it would count it twice."))
    Message.objects.filter(pk=message.pk).update(replays=F("replays") + 1)
    done = worked_off(message, request_id=by.request_id)
    after = {"message": done.pk, "state": done.state}
    Event.record(done.integration, by=by, verb="replay", after=after, note=note)
    return done


@dataclass(frozen=True)
class Replayed:
    """What a replay of many did: how many became something, still wait, and were left for the next time."""

    worked_off: int
    unparsed: int
    left: int


def replay_unparsed(*, by: Actor, since: datetime | None = None, integration: Integration | None = None) -> Replayed:
    """Replay what waits unparsed since a moment, the oldest first, at most REPLAYS_AT_ONCE of them."""
    require(by.user, "message.replay")
    waiting = Message.objects.unparsed().select_related("integration").order_by("received_at", "pk")
    waiting = waiting.filter(received_at__gte=since) if since else waiting
    waiting = waiting.filter(integration=integration) if integration else waiting
    total = waiting.count()
    states = []
    for message in list(waiting[:REPLAYS_AT_ONCE]):
        try:
            states.append(replay(message, by=by).state)
        except Conflict:  # somebody else replays at the same time
            continue
    unparsed = states.count(State.UNPARSED)
    return Replayed(len(states) - unparsed, unparsed, max(0, total - REPLAYS_AT_ONCE))


def work_off_left_behind(*, at: datetime) -> int:
    """Work off what was stored before its process died, and return how many; safe to run twice at once."""
    left = Message.objects.left_behind(at - PATIENCE).select_related("integration").order_by("received_at", "pk")
    return len([worked_off(message) for message in left[:REPLAYS_AT_ONCE]])


def try_out(integration: Integration, *, by: Actor, firing: bool = True, note: str = "") -> Message:
    """Send the documented sample of its format through the whole way, as if the machine had sent it."""
    require(by.user, "integration.edit", integration)
    integration.expect_present()
    body = formats.sample(integration.format, firing=firing)
    message = Message.objects.create(
        integration=integration, body=body, content_type="application/json", is_sample=True
    )
    Event.record(integration, by=by, verb="try", after={"message": message.pk}, note=note)
    return worked_off(message, request_id=by.request_id)
