"""What follows from what the state machine said: cases, an incident, and telling people, all as the system user."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import organisation
from accounts.models import User
from incidents import services as incidents
from incidents.models import Incident
from monitoring.machine import Closed, Effect, Interrupted, Opened, Resumed, is_over
from monitoring.models import Outage, TargetGroup, Watch
from monitoring.models.group import ROUND
from monitoring.notifications import tell_recovered
from notifications.kinds import stamp
from suspensions import services as suspensions
from suspensions.models import Suspension
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event

log = logging.getLogger(__name__)
TEXT_LIMIT = 4000
LEAST = timedelta(seconds=1)  # of an outage whose end was not seen
FINISHED = {Incident.Status.RESOLVED, Incident.Status.CLOSED}


@dataclass(frozen=True)
class Findings:
    """What failed and what it points at."""

    cause: str = ""
    error: str = ""


def prober() -> Actor:
    return Actor(User.objects.system(), Channel.PROBE)


def follow(watch: Watch, effect: Effect, found: Findings) -> None:
    """Do what an effect asks for; called under the lock of the group's row."""
    with override(settings.LANGUAGE_CODE):
        if isinstance(effect, Opened):
            begin(watch, effect.at, found)
        elif isinstance(effect, Resumed):
            resume(watch, effect.at, found)
        elif isinstance(effect, Interrupted):
            interrupt(watch, effect.since, effect.at)
        elif isinstance(effect, Closed):
            end(watch, effect.at)


def begin(watch: Watch, start: datetime, found: Findings) -> None:
    """Open an outage with its incident and a case for each process, but for those whose planned work was announced."""
    group, by = watch.group, prober()
    if watch.outage and watch.outage.finish is None:  # a person's doing, or an older program's: one is enough
        return
    tell_of_end(watch)  # of the one before, which this one does not go on with
    words = _("%(name)s: no connection since %(start)s.") % {"name": group.name, "start": clock(start)}
    text = f"{words}\n{found.error}".strip()[:TEXT_LIMIT]
    title = _("No connection: %(name)s") % {"name": group.name}
    incident = tried(
        incidents.report, by=by, title=title, description=text, severity=Incident.Severity.HIGH,
        source=Incident.Source.MONITORING,
    )  # fmt: skip
    announced, processes = group.announced_at(start), group.processes()
    cases = [
        None if process.pk in announced else register(group, process, start, text, incident) for process in processes
    ]
    main, *siblings = cases
    outage = Outage.objects.create(
        group=group, start=start, cause=found.cause, error=found.error, suspension=main, incident=incident
    )
    outage.siblings.set([case for case in siblings if case])
    outage.excused.set([process for process in processes if process.pk in announced])
    watch.outage = outage
    Event.record(group, by=by, verb="outage-open", after={"start": start}, note=found.error)


def register(group: TargetGroup, process: Any, start: datetime, text: str, incident: Incident | None) -> Any:
    return tried(
        suspensions.register, by=prober(), process=process, risk_source=group.risk_source, start=start,
        kind=Suspension.Kind.OUTAGE, origin=Suspension.Origin.PROBE, incident=incident, description=text,
    )  # fmt: skip


def widen(watch: Watch, at: datetime) -> None:
    """Give each process whose planned work had excused it a case from `at` on, once that work is over.

    Whoever comes second finds nobody excused any more; called under the lock of the group's row.
    """
    outage, group = watch.outage, watch.group
    excused = list(outage.excused.all()) if outage and outage.finish is None else []
    if not outage or not excused:
        return
    announced, concerned = group.announced_at(at), {process.pk for process in group.processes()}
    over = [process for process in excused if process.pk not in announced]
    with override(settings.LANGUAGE_CODE):  # whoever pressed “check now” may read another one
        words = _("%(name)s: no connection since %(start)s. Planned work excused it until %(at)s.")
        text = words % {"name": group.name, "start": clock(outage.start), "at": clock(at)}
        incident = outage.incident if outage.incident and outage.incident.deleted_at is None else None
        cases = [register(group, process, at, text, incident) for process in over if process.pk in concerned]
    outage.siblings.add(*[case for case in cases if case])
    outage.excused.remove(*over)


def resume(watch: Watch, start: datetime, found: Findings) -> None:
    """Take the last outage up again: it failed once more, so soon that it is the same. The good time stays out.

    Nobody is told: that it had ended is not told either before it is sure.
    """
    outage = watch.outage
    if outage is None or not can_resume(outage):
        begin(watch, start, found)
        return
    by, note = prober(), _("It failed again at %(start)s.") % {"start": clock(start)}
    for case in outage.cases():
        tried(suspensions.reopen, case, by=by, start=start, note=note, told=False)
    if outage.incident and outage.incident.status in FINISHED and outage.incident.deleted_at is None:
        take_up_again(outage.incident, by=by, note=note)
    left_out = outage.left_out + (start - outage.finish if outage.finish else timedelta())
    put(outage, finish=None, left_out=left_out, recovery_due=False)
    Event.record(watch.group, by=by, verb="outage-resume", after={"start": start}, note=found.error)


def interrupt(watch: Watch, since: datetime, start: datetime) -> None:
    """Leave time that nobody measured out of the running outage: its cases go on with one more segment."""
    outage = watch.outage
    if outage is None or outage.finish is not None:
        return
    by, found = prober(), {"start": clock(since), "finish": clock(start)}
    note = _("Nobody measured from %(start)s to %(finish)s.") % found
    for case in outage.cases():
        if case.finish is None and case.deleted_at is None:
            leave_out(case, since, start, by=by, note=note)
    put(outage, left_out=outage.left_out + (start - since))
    Event.record(watch.group, by=by, verb="outage-gap", after={"start": since, "finish": start})


def leave_out(case: Suspension, since: datetime, start: datetime, *, by: Actor, note: str) -> None:
    """End the segment that runs at `since` and begin another at `start`, unless people have said otherwise."""
    parts = list(case.segments.order_by("start", "pk").values("start", "finish", "degradation"))
    since = max(since, parts[-1]["start"] + LEAST) if parts else since
    if not parts or parts[-1]["finish"] is not None or since >= start:
        return
    later = parts[-1] | {"start": start}
    parts[-1]["finish"] = since
    tried(suspensions.replace_segments, case, by=by, segments=[*parts, later], note=note)


def take_up_again(incident: Incident, *, by: Actor, note: str) -> None:
    """Reopen the incident; whom nobody but the probe had, waits for somebody."""
    tried(incidents.reopen, incident, by=by, note=note, told=False)
    if incident.status == Incident.Status.IN_PROGRESS and incident.assignee == by.user:
        tried(incidents.release, incident, by=by)


def can_resume(outage: Outage) -> bool:
    """Whether people have left it as the probe had closed it."""
    restored = Suspension.Status.RESTORED
    return all(case.status == restored and case.deleted_at is None for case in outage.cases())


def end(watch: Watch, at: datetime) -> None:
    """Close the running outage, its cases and its incident; people hear of it once it is sure not to be resumed."""
    outage = watch.outage
    if outage is None or outage.finish is not None:
        return
    by = prober()
    finish = max(at, latest_start(outage) + LEAST)
    note = back_since(finish)
    for case in outage.cases():
        if case.finish is None and case.deleted_at is None:
            tried(suspensions.restore, case, by=by, finish=finish, told=False)
    if outage.incident and outage.incident.status not in FINISHED and outage.incident.deleted_at is None:
        tried(incidents.resolve, outage.incident, by=by, note=note, told=False)
    put(outage, finish=finish, recovery_due=True)
    Event.record(watch.group, by=by, verb="outage-close", before={"start": outage.start}, after={"finish": finish})


def put(outage: Outage, **fields: Any) -> None:
    Outage.objects.filter(pk=outage.pk).update(**fields, updated_at=timezone.now())
    outage.refresh_from_db()


def back_since(finish: datetime) -> str:
    return _("The connection is back since %(finish)s.") % {"finish": clock(finish)}


def tell_recoveries(*, at: datetime) -> int:
    """Tell of the outages that are over and can no longer be resumed at `at`; return how many those were."""
    waiting = TargetGroup.objects.filter(watch__outage__recovery_due=True)
    return sum(tell_if_over(group, at) for group in waiting)


@transaction.atomic
def tell_if_over(group: TargetGroup, at: datetime) -> bool:
    """A round that is being made counts from when it began: until it must be recorded nothing is sure."""
    watch = Watch.objects.locked(group)
    return is_over(watch.state, at - ROUND, watch.group.rules) and tell_of_end(watch)


def tell_of_end(watch: Watch) -> bool:
    """Tell that the last outage is over unless that was told; called under the lock of the group's row."""
    outage = watch.outage
    if outage is None or not outage.recovery_due or outage.finish is None:
        return False
    put(outage, recovery_due=False)
    with override(settings.LANGUAGE_CODE):
        tell_recovered(outage, by=prober(), note=back_since(outage.finish))
    return True


def latest_start(outage: Outage) -> datetime:
    """When the outage began, or began again last."""
    starts = [part.start for case in outage.cases() for part in case.segments.all()]
    return max([outage.start, *starts])


@transaction.atomic
def abandon(group: TargetGroup) -> None:
    """End what nobody watches any more with the last failed round."""
    watch = Watch.objects.locked(group)
    if watch.outage and watch.outage.finish is None:
        with override(settings.LANGUAGE_CODE):
            end(watch, watch.last_failed_at or timezone.now())
    tell_of_end(watch)
    watch.keep(type(watch.state)())


def tried[Result](service: Callable[..., Result], *subjects: Any, **arguments: Any) -> Result | None:
    """Do what a service does; what people or dictionaries stand against is logged, and the outage goes on without."""
    try:
        with transaction.atomic():
            return service(*subjects, **arguments)
    except (Conflict, PermissionDenied, ValidationError) as error:
        log.error("probe: %s refused: %s", service.__name__, error)
        return None


def clock(moment: datetime) -> str:
    """A moment as everybody in the organisation reads it."""
    with timezone.override(organisation.current().zone):
        return stamp(moment)
