"""The figures of a period, made by the database from the segments of the cases that a query selects.

How they are counted, everywhere the same:

- A case that runs counts to now; what lies outside the period [start, finish) is cut off; nothing lies after now.
- Lengths are whole microseconds, rounded to hundredths of a minute once, when shown.
- total = Σ over cases of Σ (finish − start) of their segments. A good gap inside a case that flapped counts nothing.
- union = length of the union of all these segments: two cases at the same time count once (10-12 and 11-13: 3 h).
- scheduled = Σ over the processes of the union of their segments, cut to the working hours of each (a weekend from
  Friday 17:30 to Monday 9:45, Monday to Friday from 9 to 18: 1 h 15 min of 64 h 15 min).
- mean = total / count; median: of the lengths of the cases; longest: the longest of them.
- A failure is a case that was not planned; a query for planned cases looks at those instead.
- MTTR = Σ over the failures that ended in the period of Σ (finish − start) of their segments, uncut, however long
  before they began, divided by their number n.
- agreed = Σ over the processes of the part of the period, up to now, in which the process was active.
- availability % = 100 · (agreed − down) / agreed, where down = Σ over the processes of the union of their failures.
  Within the schedule: the same, both sides cut to the working hours of each process.
- MTBF = (agreed − down) / n over the failures that began in the period.
- n = 0 or agreed = 0: the figure is undefined, None, shown as “no data”.

Sources: the sums and unions are those of the operational reliability rules for a calendar year; availability and MTTR
are the usual ones of incident management; MTBF leaves planned work out.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, reduce
from itertools import chain
from typing import Any, NamedTuple, Self

from django.db.models import F, Min

from accounts.working_time import moment_of
from suspensions import intervals
from suspensions.analytics.answers import Answers, Tallies, Tally
from suspensions.analytics.asking import EDGES, Asked
from suspensions.analytics.runs import Days, Downtime, Subject
from suspensions.analytics.schedules import Schedules
from suspensions.intervals import Openings, Stretch
from suspensions.models import Suspension, TechProcess
from suspensions.models.suspension import SuspensionQuerySet


@dataclass
class Sum:
    """What some cases add up to."""

    count: int = 0
    total: int = 0
    longest: int = 0
    union: int = 0
    scheduled: int | None = None  # where it is asked for

    @classmethod
    def of(cls, tally: Tally) -> Self:
        return cls(tally.cases, tally.total, tally.longest)


class Lasting(NamedTuple):
    """How long a case lasted within the period, and how much of that within the working hours of its process."""

    total: int = 0
    scheduled: int = 0


@dataclass
class Figures(Asked):
    """All figures of one query as of `now`."""

    subjects: dict[Subject, Downtime] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def parts(self) -> list[Answers]:
        """The answers about all cases, each about others."""
        return [*(run.answers for run in self.runs.runs), self.rest]

    def downtime(self, subject: Subject) -> Downtime:
        """Return the united downtime of a subject."""
        if subject not in self.subjects:
            self.subjects[subject] = Downtime(subject, self.runs, self.rest)
        return self.subjects[subject]

    @cached_property
    def processes_hit(self) -> dict[int, Tally]:
        return tallied_together(part.processes for part in self.parts)

    def lasting(self, cases: Sequence[Suspension]) -> dict[int, Lasting]:
        """How long each of some cases lasted."""
        pieces: dict[int, list[Stretch]] = {case.pk: [] for case in cases}
        few = Suspension.objects.filter(pk__in=pieces)
        for case, begins, ends in self.ask("SELECT id, s, f FROM piece WHERE s < f", cases=few) if pieces else ():
            pieces[case].append((begins, ends))
        return {case.pk: self.measured(case, pieces[case.pk]) for case in cases}

    def listing(self, page: SuspensionQuerySet) -> tuple[list[Suspension], dict[int, Lasting]]:
        """Return the cases of a page in their order, and how long each lasted, in one query."""
        parts = {"begins": F("segments__start"), "ends": F("segments__finish")}
        rows = Suspension.objects.filter(pk__in=page.values("pk")).select_related("process", "risk_source")
        found: Any = rows.annotate(**parts).order_by("-start", "-pk")
        cases: dict[int, Suspension] = {}
        pieces: dict[int, list[Stretch]] = defaultdict(list)
        for row in found:
            cases.setdefault(row.pk, row)
            if row.begins is not None:
                pieces[row.pk].append(intervals.stretch(row.begins, row.ends, self.now))
        cut = {case: list(intervals.clip(some, self.start, self.finish)) for case, some in pieces.items()}
        return list(cases.values()), {pk: self.measured(case, cut.get(pk, [])) for pk, case in cases.items()}

    def measured(self, case: Suspension, pieces: Sequence[Stretch]) -> Lasting:
        return Lasting(intervals.length(pieces), self.hours.of(case.process_id).within(pieces))

    @cached_property
    def by_source(self) -> dict[int, Sum]:
        """Sums by risk source."""
        sums = {key: Sum.of(tally) for key, tally in tallied_together(part.sources for part in self.parts).items()}
        for source, found in sums.items():
            found.union = self.downtime(Subject.source(source)).length
        return sums

    @cached_property
    def days(self) -> list[tuple[date, Sum]]:
        """Sums by local day. A case is counted on the first day of the period that it touches."""
        days = Days(self.start, moment_of(self.query.period.finish), self.query.period.zone)
        counts, totals = days.dated(self.rest)
        for day, count, total, _union in chain.from_iterable(run.days for run in self.runs.runs):
            counts[day - days.first] += count
            totals[day - days.first] += total
        lines = zip(counts, totals, self.downtime(Subject.all()).on(days), strict=True)
        return [
            (day, Sum(count, total, 0, union)) for day, (count, total, union) in zip(days.dates, lines, strict=True)
        ]

    @cached_property
    def whole(self) -> Sum:
        found = Sum.of(self.all_cases)
        found.union = self.downtime(Subject.all()).length
        return found

    @cached_property
    def by_process(self) -> dict[int, Sum]:
        sums = {key: Sum.of(tally) for key, tally in self.processes_hit.items()}
        for process, found in sums.items():
            found.union = self.downtime(Subject.process(process)).length
            found.scheduled = self.scheduled[process]
        return sums

    @cached_property
    def scheduled(self) -> dict[int, int]:
        """Microseconds of the united downtime of each process within its working hours."""
        hit = self.processes_hit
        return {process: self.downtime(Subject.process(process)).within(self.hours.of(process)) for process in hit}

    @cached_property
    def hours(self) -> Schedules:
        """The working hours of the processes within the period."""
        return Schedules(self.processes, self.start, self.finish)

    @cached_property
    def months(self) -> list[tuple[date, Sum]]:
        months: dict[date, Sum] = defaultdict(Sum)
        for day, found in self.days:
            month = months[day.replace(day=1)]
            month.count, month.total = month.count + found.count, month.total + found.total
            month.union += found.union
        return list(months.items())

    edges = EDGES

    @cached_property
    def histogram(self) -> list[int]:
        """How many cases lasted up to each of EDGES, and longer."""
        boxes = tallied_together(part.boxes for part in self.parts)
        return [boxes.get(box, Tally()).cases for box in range(len(EDGES) + 1)]

    @property
    def mean(self) -> float | None:
        return self.whole.total / self.whole.count if self.whole.count else None

    @cached_property
    def median(self) -> float | None:
        lengths = [part.lengths for part in self.parts]
        many = sum(map(len, lengths))
        return (ranked(lengths, (many - 1) // 2) + ranked(lengths, many // 2)) / 2 if many else None

    @cached_property
    def longest_id(self) -> int | None:
        found = [(length, case) for part in self.parts for case, length in part.longest]
        return max(found)[1] if found else None

    @cached_property
    def last(self) -> Suspension | None:
        """The case that began last."""
        return self.listed.order_by("-start", "-pk").only("pk", "number", "start").first()

    @cached_property
    def all_cases(self) -> Tally:
        return reduce(Tally.and_also, self.processes_hit.values(), Tally())

    @property
    def mttr(self) -> float | None:
        return self.all_cases.restoring / self.all_cases.restored if self.all_cases.restored else None

    @property
    def begun(self) -> int:
        """How many failures began in the period."""
        return self.all_cases.begun

    @property
    def mtbf(self) -> float | None:
        agreed, down = self.agreed
        return (agreed - down) / self.begun if self.begun and agreed else None

    def failures_of(self, process: int) -> Downtime:
        """Return the downtime of a process that counts against it: planned work where nothing else is asked about."""
        kind = Subject.process if self.query.failures else Subject.failures
        return self.downtime(kind(process))

    @cached_property
    def spans(self) -> list[tuple[TechProcess, Stretch]]:
        """The processes, each with the part of the period that has passed and in which it was active."""
        zone, counted = self.query.period.zone, self.processes_hit
        found = []
        for process in self.processes:
            if self.query.process and process.pk != self.query.process.pk:
                continue
            begins = max(self.start, active_from(process, zone))
            ends = min(self.finish, active_to(process, zone))
            if process.deleted_at is None or process.pk in counted:
                found.append((process, (begins, max(begins, ends))))
        return found

    @cached_property
    def agreed(self) -> tuple[int, int]:
        """Microseconds in which the processes had to run, and in which they were down."""
        agreed = down = 0
        for process, span in self.spans:
            agreed += span[1] - span[0]
            failures = self.failures_of(process.pk)
            down += failures.length if self.is_whole(span) else intervals.length(intervals.clip(failures.pieces, *span))
        return agreed, down

    @cached_property
    def agreed_scheduled(self) -> tuple[int, int]:
        """The same within the working hours of each process."""
        agreed = down = 0
        for process, span in self.spans:
            failures = self.failures_of(process.pk)
            if self.is_whole(span):
                openings = self.hours.of(process.pk)
                down += failures.within(openings)
            else:
                openings = Openings(process.working_time(), *span)
                down += openings.within(intervals.clip(failures.pieces, *span))
            agreed += openings.total
        return agreed, down

    def is_whole(self, span: Stretch) -> bool:
        return span == (self.start, self.finish)

    @property
    def availability(self) -> float | None:
        return per_cent(*self.agreed)

    @property
    def availability_scheduled(self) -> float | None:
        return per_cent(*self.agreed_scheduled)


def ranked(lengths: Sequence[Sequence[int]], rank: int) -> int:
    """Return the number that would stand at `rank` if all the ordered ones were put in one order."""
    low, high = 0, max(some[-1] for some in lengths if some)
    while low < high:
        middle = (low + high) // 2
        if sum(bisect_right(some, middle) for some in lengths) > rank:
            high = middle
        else:
            low = middle + 1
    return low


def tallied_together(parts: Iterable[Tallies]) -> Tallies:
    """Return what disjoint cases add up to, by key."""
    found: Tallies = {}
    for part in parts:
        for key, tally in part.items():
            known = found.get(key)
            found[key] = known.and_also(tally) if known else tally
    return found


def active_from(process: TechProcess, zone: Any) -> int:
    return intervals.midnight(process.active_from, zone) if process.active_from else 0


def active_to(process: TechProcess, zone: Any) -> int:
    return intervals.ended(process.active_to, zone)


def per_cent(agreed: int, down: int) -> float | None:
    return 100 * (agreed - down) / agreed if agreed else None


def earliest(cases: SuspensionQuerySet) -> datetime | None:
    return cases.counted().aggregate(first=Min("start"))["first"]
