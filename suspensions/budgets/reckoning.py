"""How much of the allowed downtime is used, live.

- T_year(process, Y) = length of the union of the counted segments cut to the year Y of the organisation's zone.
- T_case = the same for the segments of one case, whole, whenever it began.
- Counted: not planned, no draft, not deleted, and while the degradation exceeds the share that the limit in force at
  that moment allows; where no share is set, all of it.
- left = limit - used, where the limit of the year is the one in force at the moment asked for, that of a case the one
  in force when the case began. No limit set is None, never zero.
- breach = the moment at which a case that runs on uses the rest up; by the schedule only working hours count.
- broken = the moment from which on more than allowed was used, and by which piece of downtime.

Source: the formulas 2 to 4 for the indicators of one event and of the calendar year of operational reliability.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts import organisation
from accounts.models import Organisation
from accounts.working_time import MICROSECOND, MINUTE, datetime_of, moment_of
from suspensions import intervals
from suspensions.budgets.asking import ended_in, running_at, used, used_in
from suspensions.budgets.versions import Version, counted, counts_now, in_force, versions_of
from suspensions.intervals import Openings, Stretch
from suspensions.models import ProcessLimit, Suspension, TechProcess

HALF, FULL = 50, 100
LEVELS = ("no_limit", "ok", "warning", "used_up", "exceeded")  # from good to bad


@dataclass(frozen=True)
class Allowance:
    """Time used against what is allowed, in microseconds; `allowed` is None where no limit is set."""

    used: int
    allowed: int | None
    warn: int = 80
    breach: datetime | None = None
    broken: tuple[int, Stretch] | None = None

    @property
    def broken_at(self) -> datetime | None:
        return datetime_of(self.broken[0]) if self.broken else None

    @property
    def left(self) -> int | None:
        return None if self.allowed is None else self.allowed - self.used

    @property
    def percent(self) -> float | None:
        if self.allowed is None:
            return None
        return 100 * self.used / self.allowed if self.allowed else (FULL if self.used else 0)

    @property
    def percent_shown(self) -> int | None:
        """Whole per cent, rounded down wherever people read them: only what is used up is 100 %."""
        return None if self.percent is None else int(self.percent)

    @property
    def stages(self) -> list[str]:
        """The stages that are reached, the highest last."""
        steps = {"half": HALF, "warn": self.warn, "full": FULL}
        percent = self.percent
        return [] if percent is None else [stage for stage, step in steps.items() if percent >= step]

    @property
    def level(self) -> str:
        """Exceeded is more than allowed; exactly as much is used up."""
        if self.allowed is None:
            return "no_limit"
        if self.used > self.allowed:
            return "exceeded"
        words = {"half": "ok", "warn": "warning", "full": "used_up"}
        return words[self.stages[-1]] if self.stages else "ok"


@dataclass
class Budget:
    """The budget of a process at a moment: its year, and each case that runs."""

    process: TechProcess
    at: datetime
    limit: ProcessLimit | None
    year: Allowance
    versions: list[Version]
    cases: list[tuple[Suspension, Allowance]] = field(default_factory=list)

    @property
    def worst(self) -> Allowance | None:
        """The running case that is nearest to its limit."""
        return max((found for _case, found in self.cases), key=lambda found: found.percent or 0, default=None)

    @property
    def level(self) -> str:
        return max([self.year.level, *(found.level for _case, found in self.cases)], key=LEVELS.index)


def budgets(
    processes: Sequence[TechProcess],
    at: datetime,
    *,
    whole_year: bool = False,
    running: Mapping[int, list[Suspension]] | None = None,
) -> list[Budget]:
    """Return the budget of each process, in their order; `whole_year`: of the year that ended at that very moment.

    `running`: all unplanned cases that run, by process, with their segments, where somebody holds them already.
    """
    inside = (at - MICROSECOND if whole_year else at).astimezone(organisation.current().zone)
    versions = versions_of(processes)
    start = intervals.midnight(inside.date().replace(month=1, day=1), organisation.current().zone)
    running = running_at(processes, at) if running is None else running
    ended = ended_in(datetime_of(start), at)
    shares = tuple((pk, part.start, part.finish, part.share) for pk, some in versions.items() for part in some)
    islands = used(ended, at, (start, shares), lambda cases: used_in(cases, start, moment_of(at), versions))
    found = []
    for process in processes:
        cases, own = running.get(process.pk, []), versions[process.pk]
        fresh = [piece for case in cases for piece in intervals.clip(counted(case, own, at), start, moment_of(at))]
        long_over = islands.get(process.pk, [])
        pieces = intervals.union([*long_over, *fresh]) if fresh else long_over
        found.append(budget(process, at, inside, own, pieces, cases))
    return found


def budget(
    process: TechProcess, at: datetime, inside: datetime, versions: list[Version], pieces: Sequence[Stretch],
    running: list[Suspension],
) -> Budget:  # fmt: skip
    """Return the budget of the year in which `inside` lies, of which `pieces` count up to `at`."""
    limit = in_force(versions, moment_of(inside)).limit
    year = allowance(process, pieces, limit.year_minutes if limit else None, limit.year_warn if limit else 80)
    goes_on = any(counts_now(case, versions, moment_of(at)) for case in running)
    breach = projected(process, at, year) if goes_on else None
    year = replace(year, breach=breach if breach and breach < next_year(inside) else None)
    cases = [(case, of_case(case, process, versions, at)) for case in running]
    return Budget(process, inside, limit, year, versions, cases)


def of_case(case: Suspension, process: TechProcess, versions: list[Version], at: datetime) -> Allowance:
    """Return what one case has used of what the limit in force at its start allows."""
    limit = in_force(versions, moment_of(case.start)).limit
    pieces = intervals.union(counted(case, versions, at))
    found = allowance(process, pieces, limit.case_minutes if limit else None, limit.case_warn if limit else 80)
    goes_on = counts_now(case, versions, moment_of(at))
    return replace(found, breach=projected(process, at, found)) if goes_on else found


def own_use(case: Suspension, at: datetime) -> tuple[Allowance, list[tuple[int, Allowance]]] | None:
    """Return what one case used of its own limit and of that of each year, also when it is long over.

    None where nothing counts: planned work, what is still to come, drafts and deleted cases.
    """
    if case.planned or case.deleted_at or case.status == Suspension.Status.DRAFT or case.start > at:
        return None
    versions = versions_of([case.process])[case.process_id]
    return of_case(case, case.process, versions, at), list(of_years(case, case.process, versions, at))


def of_years(
    case: Suspension, process: TechProcess, versions: list[Version], at: datetime
) -> Iterator[tuple[int, Allowance]]:
    """Yield each calendar year that a case touches, and what this case alone used of its limit, to be read on cards.

    The limit is the one in force at the end of that year, or now in this one, as in the budget of the year.
    """
    zone, pieces = organisation.current().zone, intervals.union(counted(case, versions, at))
    inside = max(case.start, min(case.finish or at, at) - timedelta(microseconds=1))  # midnight is the next year's
    last = inside.astimezone(zone).year
    for year in range(case.start.astimezone(zone).year, last + 1):
        begins, ends = (intervals.midnight(date(number, 1, 1), zone) for number in (year, year + 1))
        limit = in_force(versions, min(moment_of(at), ends - 1)).limit
        minutes, warn = (limit.year_minutes, limit.year_warn) if limit else (None, 80)
        yield year, allowance(process, list(intervals.clip(pieces, begins, ends)), minutes, warn)


def allowance(process: TechProcess, pieces: Sequence[Stretch], minutes: int | None, warn: int) -> Allowance:
    """Return what pieces of downtime, in order and apart, use of so many minutes; None is no limit."""
    used, allowed = measured(process, pieces), None if minutes is None else minutes * MINUTE
    if allowed is None or used <= allowed:
        return Allowance(used, allowed, warn)
    return Allowance(used, allowed, warn, broken=intervals.passed(countable(process, pieces), allowed))


def measured(process: TechProcess, pieces: Sequence[Stretch]) -> int:
    """Return the length of the pieces as the organisation counts: by the calendar, or within the working hours."""
    return openings(process, pieces).within(pieces) if by_schedule() and pieces else intervals.length(pieces)


def countable(process: TechProcess, pieces: Sequence[Stretch]) -> list[Stretch]:
    """Return those parts of the pieces that the organisation counts."""
    return list(openings(process, pieces).inside(pieces)) if by_schedule() and pieces else list(pieces)


def openings(process: TechProcess, pieces: Sequence[Stretch]) -> Openings:
    return Openings(process.working_time(), pieces[0][0], pieces[-1][1])


def by_schedule() -> bool:
    return organisation.current().counting_basis == Organisation.CountingBasis.SCHEDULE


def projected(process: TechProcess, at: datetime, found: Allowance) -> datetime | None:
    """Return when the rest is used up if the case runs on; None without a limit, or when it is used up."""
    if found.left is None or found.left <= 0:
        return None
    if by_schedule():
        return process.working_time().add_working(at, Decimal(found.left) / MINUTE)
    return at + timedelta(microseconds=found.left)


def next_year(at: datetime) -> datetime:
    return datetime(at.year + 1, 1, 1, tzinfo=at.tzinfo)
