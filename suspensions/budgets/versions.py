"""Which limit held when, and which parts of a case count by it: those that exceed the share allowed then."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from accounts import organisation
from accounts.working_time import moment_of
from suspensions import intervals
from suspensions.intervals import NEVER, Stretch
from suspensions.models import ProcessLimit, Suspension, TechProcess, TechProcessQuerySet

ALL = Decimal(-1)  # every degradation exceeds it


@dataclass(frozen=True)
class Version:
    """A limit while it is in force, or the time without one."""

    start: int
    finish: int
    limit: ProcessLimit | None

    @property
    def share(self) -> Decimal:
        share = self.limit.degradation_share if self.limit else None
        return ALL if share is None else share


def counted(case: Suspension, versions: Iterable[Version], at: datetime) -> list[Stretch]:
    """Return the parts of a case, up to that moment, that exceed the share allowed then."""
    return [
        piece
        for segment in case.segments.all()
        for version in versions
        if segment.degradation > version.share
        for piece in intervals.clip(
            [intervals.stretch(segment.start, segment.finish, at)], version.start, min(version.finish, moment_of(at))
        )
    ]


def versions_of(processes: Iterable[TechProcess]) -> dict[int, list[Version]]:
    """Return for each process all of time, cut where its approved limits begin and end."""
    found: dict[int, list[Version]] = {process.pk: [] for process in processes}
    zone = organisation.current().zone
    reached: dict[int, int] = defaultdict(int)
    for limit in ProcessLimit.objects.approved().filter(process__in=found).order_by("process", "valid_from", "pk"):
        begins = intervals.midnight(limit.valid_from, zone)
        ends = intervals.ended(limit.valid_to, zone)
        rows, begins = found[limit.process_id], max(begins, reached[limit.process_id])
        if reached[limit.process_id] < begins:
            rows.append(Version(reached[limit.process_id], begins, None))
        if begins < ends:
            rows.append(Version(begins, ends, limit))
            reached[limit.process_id] = ends
    for process, rows in found.items():
        if reached[process] < NEVER:
            rows.append(Version(reached[process], NEVER, None))
    return found


def in_force(versions: Sequence[Version], moment: int) -> Version:
    return next(version for version in versions if version.start <= moment < version.finish)


def counts_now(case: Suspension, versions: Sequence[Version], now: int) -> bool:
    share = in_force(versions, now).share
    return any(
        segment.degradation > share and moment_of(segment.start) <= now
        for segment in case.segments.all()
        if segment.finish is None or moment_of(segment.finish) > now
    )


def nearing(case: Suspension, versions: Sequence[Version]) -> tuple[list[str], Decimal, Decimal]:
    """Return the stages that the lost share has reached of the allowed one, and both; a complete outage is left out."""
    worst: tuple[list[str], Decimal, Decimal] = ([], Decimal(0), Decimal(0))
    for segment in case.segments.all():
        limit = in_force(versions, moment_of(segment.start)).limit
        share = limit.degradation_share if limit else None
        lost = segment.degradation
        if limit is None or share is None or lost in (0, 1):
            continue
        near = ["warn"] if 100 * lost >= limit.degradation_warn * share else []
        stages = [*near, "full"] if lost > share else near
        worst = max(worst, (stages, lost, share), key=lambda found: len(found[0]))
    return worst


def local_day(at: datetime) -> date:
    """Return which day it is where the organisation is."""
    return at.astimezone(organisation.current().zone).date()


def concerned(processes: TechProcessQuerySet, at: datetime) -> TechProcessQuerySet:
    """Narrow to what the organisation runs on that day, or what is down although it should have ended by then."""
    runs = Suspension.objects.counted().filter(planned=False, finish=None, start__lte=at)
    active = processes.active_on(local_day(at))
    return processes.filter(Q(pk__in=active.values("pk")) | Q(pk__in=runs.order_by().values("process")))
