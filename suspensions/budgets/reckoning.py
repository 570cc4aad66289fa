"""How much of the allowed downtime is used, live.

- T_year(process, Y) = length of the union of the counted segments cut to the year Y of the organisation's zone.
- T_case = the same for the segments of one case, whole, whenever it began.
- Counted: not planned, no draft, not deleted, and while the degradation exceeds the share that the limit in force at
  that moment allows; where no share is set, all of it.
- left = limit - used, where the limit of the year is the one in force at the moment asked for, that of a case the one
  in force when the case began. No limit set is None, never zero.
- breach = the moment at which a case that runs on uses the rest up; by the schedule only working hours count.

Source: the formulas 2 to 4 for the indicators of one event and of the calendar year of operational reliability.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest, Least

from accounts import organisation
from accounts.models import Organisation
from accounts.working_time import MINUTE, datetime_of, moment_of
from suspensions import intervals
from suspensions.analytics.asking import NEVER, Micros
from suspensions.intervals import Openings, Stretch
from suspensions.models import ProcessLimit, Suspension, TechProcess
from suspensions.models.suspension import SuspensionQuerySet
from suspensions.remembering import recall, states_of

ALL = Decimal(-1)  # every degradation exceeds it
HALF, FULL = 50, 100
type Sums = Callable[[SuspensionQuerySet], dict[int, list[Stretch]]]


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


@dataclass(frozen=True)
class Allowance:
    """Time used against what is allowed, in microseconds; `allowed` is None where no limit is set."""

    used: int
    allowed: int | None
    warn: int = 80
    breach: datetime | None = None

    @property
    def left(self) -> int | None:
        return None if self.allowed is None else self.allowed - self.used

    @property
    def percent(self) -> float | None:
        if self.allowed is None:
            return None
        return 100 * self.used / self.allowed if self.allowed else (FULL if self.used else 0)

    @property
    def stages(self) -> list[str]:
        """The stages that are reached, the highest last."""
        steps = {"half": HALF, "warn": self.warn, "full": FULL}
        percent = self.percent
        return [] if percent is None else [stage for stage, step in steps.items() if percent >= step]

    @property
    def level(self) -> str:
        if self.allowed is None:
            return "no_limit"
        words = {"half": "ok", "warn": "warning", "full": "exceeded"}
        return words[self.stages[-1]] if self.stages else "ok"


@dataclass
class Budget:
    """The budget of a process at a moment: its year, and each case that runs."""

    process: TechProcess
    at: datetime
    limit: ProcessLimit | None
    year: Allowance
    cases: list[tuple[Suspension, Allowance]] = field(default_factory=list)

    @property
    def worst(self) -> Allowance | None:
        """The running case that is nearest to its limit."""
        return max((found for _case, found in self.cases), key=lambda found: found.percent or 0, default=None)

    @property
    def level(self) -> str:
        levels = ("no_limit", "ok", "warning", "exceeded")
        return max([self.year.level, *(found.level for _case, found in self.cases)], key=levels.index)


def budgets(processes: Sequence[TechProcess], at: datetime) -> list[Budget]:
    """Return the budget of each process, in their order."""
    at = at.astimezone(organisation.current().zone)
    versions = versions_of(processes)
    start = intervals.midnight(at.date().replace(month=1, day=1), organisation.current().zone)
    running = running_at(processes, at)
    ended = ended_in(datetime_of(start), at)
    shares = tuple((pk, part.start, part.finish, part.share) for pk, some in versions.items() for part in some)
    islands = used(ended, at, (start, shares), lambda cases: used_in(cases, start, moment_of(at), versions))
    return [
        budget(process, at, start, versions[process.pk], islands.get(process.pk, []), running.get(process.pk, []))
        for process in processes
    ]


def used(cases: SuspensionQuerySet, at: datetime, about: Hashable, sums: Sums) -> dict[int, list[Stretch]]:
    """Return the sums of what is over: remembered as a whole, and of what is long over as such."""
    state, settled = states_of(cases, at)
    if settled is None:
        return recall(state, about, lambda: sums(cases))

    def made() -> dict[int, list[Stretch]]:
        long_over = recall(settled.state, ("settled", about), lambda: sums(cases.settled(settled.before)))
        rest = {} if settled.is_all else sums(cases.unsettled(settled.before))
        return {key: intervals.union([*long_over.get(key, []), *rest.get(key, [])]) for key in {**long_over, **rest}}

    return recall(state, about, made)


def budget(
    process: TechProcess, at: datetime, start: int, versions: list[Version], islands: list[Stretch],
    running: list[Suspension],
) -> Budget:  # fmt: skip
    now, following = moment_of(at), next_year(at)
    limit = in_force(versions, now).limit
    open_pieces = [piece for case in running for piece in intervals.clip(counted(case, versions, at), start, now)]
    used = measured(process, intervals.union([*islands, *open_pieces]) if open_pieces else islands, start, now)
    goes_on = any(counts_now(case, versions, now) for case in running)
    allowed = in_micros(limit.year_minutes) if limit else None
    breach = projected(process, at, used, allowed) if goes_on else None
    year = Allowance(used, allowed, limit.year_warn if limit else 80, breach if breach and breach < following else None)
    return Budget(process, at, limit, year, [(case, of_case(case, process, versions, at)) for case in running])


def of_case(case: Suspension, process: TechProcess, versions: list[Version], at: datetime) -> Allowance:
    """Return what one case has used of what the limit in force at its start allows."""
    now, begun = moment_of(at), moment_of(case.start)
    limit = in_force(versions, begun).limit
    allowed = in_micros(limit.case_minutes) if limit else None
    used = measured(process, intervals.union(counted(case, versions, at)), begun, max(begun, now))
    breach = projected(process, at, used, allowed) if counts_now(case, versions, now) else None
    return Allowance(used, allowed, limit.case_warn if limit else 80, breach)


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
        ends = intervals.midnight(limit.valid_to + timedelta(days=1), zone) if limit.valid_to else NEVER
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


def ended_in(start: datetime, at: datetime) -> SuspensionQuerySet:
    """The unplanned cases of a year that were over at a moment; what ran then is in `running_at`."""
    return Suspension.objects.counted().filter(planned=False, finish__lte=at).in_period(start, at)


def used_in(
    cases: SuspensionQuerySet, start: int, finish: int, versions: dict[int, list[Version]]
) -> dict[int, list[Stretch]]:
    """Return the united counted downtime of each process in these cases from `start` on, by gaps and islands."""
    rows = [
        f"({process}, {version.start}, {version.finish}, {version.share})"
        for process, some in versions.items()
        for version in some
        if version.start < finish and version.finish > start
    ]
    if not rows or start >= finish:
        return {}
    starts = Greatest(Micros("segments__start"), Value(start))
    ends = Greatest(starts, Least(Coalesce(Micros("segments__finish"), Value(finish)), Value(finish)))
    pieces = (
        cases.order_by().filter(segments__isnull=False).values_list("process_id", "segments__degradation", starts, ends)
    )
    sql, params = pieces.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(ISLANDS.format(pieces=sql, versions=", ".join(rows)), params)
        found = defaultdict(list)
        for process, begins, reaches in cursor.fetchall():
            found[process].append((begins, reaches))
    return found


ISLANDS = """
WITH piece(process, lost, s, f) AS ({pieces}),
version(process, a, b, share) AS (VALUES {versions}),
counted AS (
    SELECT piece.process AS process, CASE WHEN s > a THEN s ELSE a END AS s, CASE WHEN f < b THEN f ELSE b END AS f
    FROM piece JOIN version ON version.process = piece.process AND s < b AND f > a AND s < f AND lost > share)
SELECT process, MIN(s), MAX(f) FROM (
    SELECT process, s, f, SUM(CASE WHEN s <= reached THEN 0 ELSE 1 END)
        OVER (PARTITION BY process ORDER BY s, f ROWS UNBOUNDED PRECEDING) AS island
    FROM (SELECT process, s, f, MAX(f) OVER (PARTITION BY process ORDER BY s, f
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM counted) AS ordered) AS numbered
GROUP BY process, island ORDER BY process, 2"""


def running_at(processes: Iterable[TechProcess], at: datetime) -> dict[int, list[Suspension]]:
    """Return the unplanned cases of each process that ran at a moment, with their segments."""
    runs = Q(finish=None) | Q(finish__gt=at)
    cases = Suspension.objects.counted().filter(runs, planned=False, start__lte=at, process__in=list(processes))
    found = defaultdict(list)
    for case in cases.select_related("process").prefetch_related("segments").order_by(F("start"), "pk"):
        found[case.process_id].append(case)
    return found


def counts_now(case: Suspension, versions: Sequence[Version], now: int) -> bool:
    share = in_force(versions, now).share
    return any(
        segment.degradation > share and moment_of(segment.start) <= now
        for segment in case.segments.all()
        if segment.finish is None or moment_of(segment.finish) > now
    )


def measured(process: TechProcess, pieces: Sequence[Stretch], start: int, finish: int) -> int:
    """Return the length of the pieces as the organisation counts: by the calendar, or within the working hours."""
    if organisation.current().counting_basis == Organisation.CountingBasis.SCHEDULE and start < finish:
        return Openings(process.working_time(), start, finish).within(pieces)
    return intervals.length(pieces)


def projected(process: TechProcess, at: datetime, used: int, allowed: int | None) -> datetime | None:
    """Return when the rest is used up if the case runs on; None without a limit, or when it is used up."""
    if allowed is None or used >= allowed:
        return None
    if organisation.current().counting_basis == Organisation.CountingBasis.SCHEDULE:
        return process.working_time().add_working(at, Decimal(allowed - used) / MINUTE)
    return at + timedelta(microseconds=allowed - used)


def next_year(at: datetime) -> datetime:
    return datetime(at.year + 1, 1, 1, tzinfo=at.tzinfo)


def in_micros(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * MINUTE
