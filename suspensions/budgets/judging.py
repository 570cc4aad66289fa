"""What a look at the budgets has to judge: what runs, and what changed since the last look.

What changed waits as notes in the database until it was judged, however long no worker runs. An old case does not speak
up: it is judged as a case only if it ended at most RECENT before somebody entered or changed it, or if a report of it
waits for a decision, so that an old journal that is taken in stays quiet. Nothing is read but these cases; in a quiet
minute that is none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from accounts import organisation
from accounts.working_time import datetime_of
from suspensions import intervals
from suspensions.budgets.reckoning import Allowance, Budget, budgets, of_case
from suspensions.budgets.versions import local_day
from suspensions.models import Suspension, TechProcess, Unjudged

RECENT = timedelta(days=14)  # longer than the longest holidays
CHUNK = 1000


class Note(NamedTuple):
    """A change, and the case or the process that it concerns."""

    pk: int
    case: int | None
    of_case: int | None
    process: int | None
    start: datetime | None
    finish: datetime | None
    imported: bool
    at: datetime

    @property
    def is_recent(self) -> bool:
        return self.finish is None or self.finish >= self.at - RECENT

    def reaches_into(self, start: datetime, finish: datetime) -> bool:
        return self.start is not None and self.start < finish and (self.finish is None or self.finish > start)


@dataclass
class Agenda:
    """Which cases, and which processes' budgets of this and of the last year."""

    notes: list[int] = field(default_factory=list)
    cases: set[int] = field(default_factory=set)
    processes: set[int] = field(default_factory=set)
    last_year: set[int] = field(default_factory=set)


class Judged(NamedTuple):
    """A case that runs or changed lately, what it used, and the budgets of the years that it concerns."""

    case: Suspension
    allowance: Allowance
    budgets: list[Budget]


def agenda(at: datetime, *, everything: bool) -> Agenda:
    """Return what is to be judged; `everything` takes in every process of today, for what changes without a case."""
    found, old = Agenda(), set()
    last, this = new_years(at)
    for note in notes():
        if note.finish is None or note.finish <= at:
            found.notes.append(note.pk)  # one that ends within the tolerated minutes is judged again when it is over
        process = note.process or note.of_case
        if process is None:
            continue  # the case is gone, as in a database that was emptied
        found.processes.add(process)
        if note.case and note.is_recent:
            found.cases.add(note.case)
        elif note.case and not note.imported and note.reaches_into(last, at):
            old.add(note.case)
        if note.reaches_into(last, this) and (note.is_recent or not note.imported):
            found.last_year.add(process)
        if note.process:
            found.last_year.add(note.process)
            lately = Suspension.objects.filter(process=note.process, finish__gte=note.at - RECENT)
            found.cases |= set(lately.values_list("pk", flat=True))
    if old:  # what was proposed of them may be so no more
        found.cases |= set(Suspension.objects.awaiting_decision().filter(pk__in=old).values_list("pk", flat=True))
    running = Suspension.objects.counted().filter(planned=False, finish=None, start__lte=at).order_by()
    found.processes |= set(running.values_list("process_id", flat=True))
    if everything:
        found.processes |= set(TechProcess.objects.active_on(local_day(at)).values_list("pk", flat=True))
    return found


def notes() -> Iterator[Note]:
    rows = Unjudged.objects.order_by("pk").values_list(
        "pk", "suspension_id", "suspension__process_id", "process_id", "suspension__start", "suspension__finish",
        "imported", "at",
    )  # fmt: skip
    return (Note(*row) for row in rows.iterator())


def looked_at(found: Agenda, at: datetime) -> list[Budget]:
    """Return the budgets of this year, then those of the last as they stood at its end."""
    wanted = found.processes | found.last_year
    known = {process.pk: process for process in TechProcess.objects.filter(pk__in=wanted).select_related("owner")}
    this = budgets([known[pk] for pk in sorted(found.processes)], at) if found.processes else []
    if not found.last_year:
        return this
    ended = new_years(at)[1]
    return [*this, *budgets([known[pk] for pk in sorted(found.last_year)], ended, whole_year=True)]


def judged(found: Agenda, looks: Iterable[Budget], at: datetime) -> Iterator[Judged]:
    """Yield every case that runs and every one that changed lately, each once."""
    years: dict[int, list[Budget]] = defaultdict(list)
    for budget in looks:
        years[budget.process.pk].append(budget)
    running = {case.pk: (case, used) for some in years.values() for case, used in some[0].cases}
    for case, used in running.values():
        yield Judged(case, used, years[case.process_id])
    ended = Suspension.objects.counted().filter(planned=False, pk__in=found.cases - running.keys())
    for case in ended.select_related("process__owner").prefetch_related("segments") if found.cases else ():
        of = years[case.process_id]
        if of and case.start <= at:
            yield Judged(case, of_case(case, case.process, of[0].versions, at), of)


def take_away(found: Agenda) -> None:
    for first in range(0, len(found.notes), CHUNK):
        Unjudged.objects.filter(pk__in=found.notes[first : first + CHUNK]).delete()


def new_years(at: datetime) -> tuple[datetime, datetime]:
    """Return when the last year and this one began."""
    zone, year = organisation.current().zone, local_day(at).year
    last, this = (datetime_of(intervals.midnight(date(number, 1, 1), zone)) for number in (year - 1, year))
    return last, this
