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
- MTTR = Σ (finish − start) / n over the failures that ended in the period, whole, however long before they began.
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
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import F, Min

from accounts.working_time import moment_of
from suspensions import intervals
from suspensions.analytics.asking import EDGES, Asked
from suspensions.intervals import Openings, Stretch
from suspensions.models import Suspension, TechProcess
from suspensions.models.suspension import SuspensionQuerySet


class Group(NamedTuple):
    """One line of the first question: cases of one process, source and box of the histogram."""

    process: int
    source: int
    box: int
    cases: int
    total: int
    longest: int
    restored: int
    restoring: int
    begun: int


@dataclass
class Sum:
    """What some cases add up to."""

    count: int = 0
    total: int = 0
    longest: int = 0
    union: int = 0
    scheduled: int | None = None  # where it is asked for

    def add(self, group: Group) -> None:
        self.count += group.cases
        self.total += group.total
        self.longest = max(self.longest, group.longest)


class Lasting(NamedTuple):
    """How long a case lasted within the period, and how much of that within the working hours of its process."""

    total: int = 0
    scheduled: int = 0


@dataclass
class Figures(Asked):
    """All figures of one query as of `now`."""

    hours: dict[int, Openings] = field(default_factory=dict, init=False)

    @cached_property
    def groups(self) -> list[Group]:
        return [Group(*row) for part in self.parts for row in part.groups]

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
        return Lasting(intervals.length(pieces), self.opened(case.process_id).within(pieces))

    @cached_property
    def islands(self) -> dict[tuple[int, bool], list[Stretch]]:
        """The united downtime of each process, planned and not, in order."""
        united = together(part.islands for part in self.parts)
        return {(key // 2, bool(key % 2)): pieces for key, pieces in united.items()}

    @cached_property
    def by_source(self) -> dict[int, Sum]:
        """Sums by risk source."""
        sums = self.sums("source")
        for source, pieces in together(part.sources for part in self.parts).items():
            sums[source].union = intervals.length(pieces)
        return sums

    @cached_property
    def days(self) -> list[tuple[date, Sum]]:
        """Sums by local day. A case is counted on the first day of the period that it touches."""
        zone = self.query.period.zone
        dates = intervals.days(self.start, moment_of(self.query.period.finish), zone)
        sums, edges = [Sum() for _date in dates], intervals.midnights(dates, zone)
        first = dates[0].toordinal() - date(1970, 1, 1).toordinal() if dates else 0
        for starts, ends, begins, finishes, total, count in chain.from_iterable(part.days for part in self.parts):
            sums[starts - first].count += count
            if starts == ends:
                sums[starts - first].total += total
            else:
                for box, part in intervals.cut((begins, finishes), edges):
                    sums[box].total += part * total // (finishes - begins)
        for begins, ends in self.united:
            box = bisect_right(edges, begins) - 1
            if ends <= edges[box + 1]:
                sums[box].union += ends - begins
            else:
                for box, part in intervals.cut((begins, ends), edges):
                    sums[box].union += part
        return list(zip(dates, sums, strict=True))

    def sums(self, name: str) -> dict[int, Sum]:
        found: dict[int, Sum] = defaultdict(Sum)
        for group in self.groups:
            found[getattr(group, name)].add(group)
        return found

    @cached_property
    def whole(self) -> Sum:
        whole = Sum(union=intervals.length(self.united))
        for group in self.groups:
            whole.add(group)
        return whole

    @cached_property
    def united(self) -> list[Stretch]:
        return intervals.union(piece for pieces in self.islands.values() for piece in pieces)

    @cached_property
    def by_process(self) -> dict[int, Sum]:
        sums = self.sums("process")
        for process, found in sums.items():
            found.union = intervals.length(self.united_by_process.get(process, []))
            found.scheduled = self.scheduled.get(process, 0)
        return sums

    @cached_property
    def united_by_process(self) -> dict[int, list[Stretch]]:
        found = {}
        for process in {process for process, _planned in self.islands}:
            planned, others = (self.islands.get((process, planned), []) for planned in (True, False))
            found[process] = intervals.union([*planned, *others]) if planned and others else planned or others
        return found

    @cached_property
    def scheduled(self) -> dict[int, int]:
        """Microseconds of the united downtime of each process within its working hours."""
        return {process: self.opened(process).within(pieces) for process, pieces in self.united_by_process.items()}

    def opened(self, process: int) -> Openings:
        """Return the working hours of a process within the period."""
        if process not in self.hours:
            known = next(known for known in self.processes if known.pk == process)
            self.hours[process] = Openings(known.working_time(), self.start, self.finish)
        return self.hours[process]

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
        boxes = [0] * (len(EDGES) + 1)
        for group in self.groups:
            boxes[group.box] += group.cases
        return boxes

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

    @property
    def mttr(self) -> float | None:
        restored = sum(group.restored for group in self.groups)
        return sum(group.restoring for group in self.groups) / restored if restored else None

    @property
    def begun(self) -> int:
        """How many failures began in the period."""
        return sum(group.begun for group in self.groups)

    @property
    def mtbf(self) -> float | None:
        agreed, down = self.agreed
        return (agreed - down) / self.begun if self.begun and agreed else None

    def failures_of(self, process: int) -> list[Stretch]:
        return self.islands.get((process, self.query.failures), [])

    def failures_in(self, process: int, start: int, finish: int) -> Iterable[Stretch]:
        pieces = self.failures_of(process)
        uncut = not pieces or (start <= pieces[0][0] and pieces[-1][1] <= finish)
        return pieces if uncut else intervals.clip(pieces, start, finish)

    @cached_property
    def spans(self) -> list[tuple[TechProcess, Stretch]]:
        """The processes, each with the part of the period that has passed and in which it was active."""
        zone, counted = self.query.period.zone, {group.process for group in self.groups}
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
        pairs = [
            (span[1] - span[0], intervals.length(self.failures_in(process.pk, *span))) for process, span in self.spans
        ]
        return sum(agreed for agreed, _down in pairs), sum(down for _agreed, down in pairs)

    @cached_property
    def agreed_scheduled(self) -> tuple[int, int]:
        """The same within the working hours of each process."""
        agreed = down = 0
        for process, span in self.spans:
            if span[0] < span[1]:
                whole = span == (self.start, self.finish)
                openings = self.opened(process.pk) if whole else Openings(process.working_time(), *span)
                agreed += openings.total
                down += openings.within(self.failures_in(process.pk, *span))
        return agreed, down

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


def together(parts: Iterable[dict[int, list[Stretch]]]) -> dict[int, list[Stretch]]:
    """Return the united pieces of disjoint cases, by key."""
    found = defaultdict(list)
    for part in parts:
        for key, pieces in part.items():
            found[key].append(pieces)
    return {key: intervals.union(chain(*some)) if len(some) > 1 else some[0] for key, some in found.items()}


def active_from(process: TechProcess, zone: Any) -> int:
    return intervals.midnight(process.active_from, zone) if process.active_from else 0


def active_to(process: TechProcess, zone: Any) -> int:
    return intervals.ended(process.active_to, zone)


def per_cent(agreed: int, down: int) -> float | None:
    return 100 * (agreed - down) / agreed if agreed else None


def earliest(cases: SuspensionQuerySet) -> datetime | None:
    return cases.counted().aggregate(first=Min("start"))["first"]
