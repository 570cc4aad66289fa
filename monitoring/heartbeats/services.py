"""Everything that can happen to a heartbeat: people keep it, its job pings, a schedule misses it."""

import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.policy import require
from incidents import services as incidents
from incidents.models import Incident
from incidents.models.integration import digest
from monitoring.models import Heartbeat, Ping, Pulse
from monitoring.models.heartbeat import PINGS_PER_MINUTE
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event
from workflow.refusals import invalid

TEXT_LIMIT = 10_000  # characters of what a job says
KEEP = timedelta(days=90)
MINUTE = timedelta(minutes=1)
PLAN = {"period_seconds", "cron", "time_zone", "grace_seconds"}
FINISHED = {Incident.Status.RESOLVED, Incident.Status.CLOSED}


class UnknownToken(Exception):
    """No heartbeat has this token."""


class TooMany(Exception):
    """More pings within a minute than any job has to send."""


class Issued(NamedTuple):
    """A heartbeat with its token: the only moment at which the token is known."""

    heartbeat: Heartbeat
    token: str


def new_token() -> str:
    return secrets.token_urlsafe(24)


@transaction.atomic
def create(*, by: Actor, **fields: Any) -> Issued:
    """Make a heartbeat; it is expected from its first ping on."""
    require(by.user, "heartbeat.create")
    token = new_token()
    heartbeat = Heartbeat(**fields, digest=digest(token), token_end=token[-4:])
    heartbeat.full_clean(exclude=["deleted_by"])
    heartbeat.save(force_insert=True)
    Event.record(heartbeat, by=by, verb="heartbeat-create", after={"name": heartbeat.name})
    return Issued(heartbeat, token)


@transaction.atomic
def edit(heartbeat: Heartbeat, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Change what is expected; from the next ping on it counts, a plan that changed from now on."""
    require(by.user, "heartbeat.edit", heartbeat)
    row = heartbeat.locked()
    row.expect_version(version)
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean(exclude=["deleted_by"])
    changed = heartbeat.change(verb="edit", by=by, note=note, **fields)
    if not heartbeat.enabled:
        let_go(heartbeat)
    if changed and PLAN | {"enabled"} & fields.keys() and heartbeat.last_ping_at and not heartbeat.is_down:
        expect(heartbeat, timezone.now())


@transaction.atomic
def rotate(heartbeat: Heartbeat, *, by: Actor, note: str = "") -> Issued:
    """Give a new address; the old one is worthless at once."""
    require(by.user, "heartbeat.edit", heartbeat)
    row = heartbeat.locked()
    row.expect_present()
    token, before = new_token(), {"token_end": row.token_end}
    Heartbeat.objects.filter(pk=row.pk).update(digest=digest(token), token_end=token[-4:])
    heartbeat.touch()
    heartbeat.refresh_from_db()
    Event.record(heartbeat, by=by, verb="rotate", before=before, after={"token_end": token[-4:]}, note=note)
    return Issued(heartbeat, token)


@transaction.atomic
def delete(heartbeat: Heartbeat, *, by: Actor, note: str) -> None:
    """Expect it no more, for a reason; its pings stay, an incident of its is over."""
    require(by.user, "heartbeat.delete", heartbeat)
    heartbeat.locked()
    heartbeat.hide(by=by, note=note)
    let_go(heartbeat)


def undelete(heartbeat: Heartbeat, *, by: Actor, note: str = "") -> None:
    require(by.user, "heartbeat.undelete", heartbeat)
    if Heartbeat.objects.present().filter(name__iexact=heartbeat.name).exclude(pk=heartbeat.pk).exists():
        raise invalid("name", _("There is a heartbeat of this name."), "unique")
    heartbeat.unhide(by=by, note=note)
    if heartbeat.last_ping_at:
        expect(heartbeat, timezone.now())


def expect(heartbeat: Heartbeat, since: datetime) -> None:
    """Await the next ping after `since`; neither a change by people nor a new version."""
    await_next(heartbeat, since)
    Heartbeat.objects.filter(pk=heartbeat.pk).update(due_at=heartbeat.due_at, late_at=heartbeat.late_at)


def await_next(heartbeat: Heartbeat, since: datetime) -> None:
    heartbeat.due_at = heartbeat.next_after(since)
    heartbeat.late_at = heartbeat.due_at + heartbeat.grace


@transaction.atomic
def ping(token: str, kind: str, *, at: datetime, text: str = "", address: str | None = None) -> Ping:
    """Take what a job says. Raises UnknownToken, TooMany."""
    heartbeat = Heartbeat.objects.of_token(token).select_for_update().first()
    if heartbeat is None:
        raise UnknownToken
    count(heartbeat, at)
    began = heartbeat.started_at if kind in {Ping.Kind.SUCCESS, Ping.Kind.FAIL} else None
    took = max(timedelta(), at - began) if began else None
    made = Ping.objects.create(
        heartbeat=heartbeat, kind=kind, at=at, took=took, text=storable(text), address=address or None
    )
    heartbeat.last_ping_at = at
    if kind == Ping.Kind.START:
        heartbeat.started_at = at
    if kind in {Ping.Kind.SUCCESS, Ping.Kind.FAIL}:
        heartbeat.started_at = None
        await_next(heartbeat, at)
    elif heartbeat.due_at is None:  # the first sign of all: a job that hangs in its first run is missed as well
        await_next(heartbeat, at)
    heartbeat.save(update_fields=["last_ping_at", "started_at", "due_at", "late_at"])
    if heartbeat.enabled:
        with override(settings.LANGUAGE_CODE):  # what is opened is read by all
            follow(heartbeat, made)
    return made


def count(heartbeat: Heartbeat, at: datetime) -> None:
    begun = heartbeat.window_started_at
    if begun is None or not timedelta() <= at - begun < MINUTE:
        heartbeat.window_started_at, heartbeat.window_used = at, 0
    heartbeat.window_used += 1
    if heartbeat.window_used > PINGS_PER_MINUTE:
        raise TooMany
    heartbeat.save(update_fields=["window_started_at", "window_used"])


def storable(text: str) -> str:
    return text.replace("\0", "")[:TEXT_LIMIT].strip()


def follow(heartbeat: Heartbeat, made: Ping) -> None:
    if made.kind == Ping.Kind.FAIL and not heartbeat.is_down:
        miss(heartbeat, _("%(name)s: the job says that it failed.") % {"name": heartbeat.name}, made.text)
    elif made.kind == Ping.Kind.SUCCESS and heartbeat.is_down:
        recover(heartbeat)


def check_due(*, at: datetime) -> int:
    """Open an incident for each heartbeat that is missed at `at`, once, and return how many; any beats may do so.

    After a silence of this installation nobody is judged before the tick has forgiven what could not be heard in it.
    """
    if Pulse.objects.is_silent(at):
        return 0
    return sum(judge(pk, at) for pk in Heartbeat.objects.missed(at).order_by("late_at").values_list("pk", flat=True))


@transaction.atomic
def judge(pk: int, at: datetime) -> bool:
    heartbeat = Heartbeat.objects.missed(at).select_for_update().filter(pk=pk).first()
    if heartbeat is None:  # pinged meanwhile, or another beat was quicker
        return False
    with override(settings.LANGUAGE_CODE):
        miss(heartbeat, _("%(name)s: the ping did not come.") % {"name": heartbeat.name}, "")
    return True


def pinger() -> Actor:
    return Actor(User.objects.system(), Channel.PROBE)


def miss(heartbeat: Heartbeat, words: str, text: str) -> None:
    """Open the one incident of this lapse; called under the lock of the row."""
    by = pinger()
    incident = incidents.report(
        by=by, title=words, description=f"{words}\n{text}".strip()[:4000], severity=heartbeat.severity,
        source=Incident.Source.MONITORING,
    )  # fmt: skip
    Heartbeat.objects.filter(pk=heartbeat.pk).update(is_down=True, incident=incident)
    heartbeat.is_down, heartbeat.incident = True, incident
    Event.record(heartbeat, by=by, verb="heartbeat-miss", after={"incident": incident.number}, note=text[:1000])


def let_go(heartbeat: Heartbeat) -> None:
    """End the lapse of what is no longer expected: no ping will come that could; called under the lock of the row."""
    heartbeat.refresh_from_db(fields=["is_down", "incident"])
    if heartbeat.is_down:
        with override(settings.LANGUAGE_CODE):
            recover(heartbeat, note=_("It is expected no more."))


def recover(heartbeat: Heartbeat, *, note: str = "") -> None:
    """Resolve the incident unless people have done so; called under the lock of the row."""
    by, incident = pinger(), heartbeat.incident
    Heartbeat.objects.filter(pk=heartbeat.pk).update(is_down=False)
    heartbeat.is_down = False
    Event.record(heartbeat, by=by, verb="heartbeat-release" if note else "heartbeat-back")
    if incident and incident.deleted_at is None and incident.status not in FINISHED:
        try:
            with transaction.atomic():
                incidents.resolve_by_signal(incident, by=by, note=note)
        except (Conflict, PermissionDenied):
            pass  # somebody was quicker: it is finished


def forgive(since: datetime, at: datetime) -> None:
    """Start the grace anew where it ended while this installation was off: nobody could ping it then."""
    for heartbeat in Heartbeat.objects.missed(at).filter(late_at__gt=since):
        Heartbeat.objects.filter(pk=heartbeat.pk, late_at=heartbeat.late_at).update(late_at=at + heartbeat.grace)


def forget_pings(*, at: datetime) -> int:
    return Ping.objects.filter(at__lt=at - KEEP).delete()[0]
