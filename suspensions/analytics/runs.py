"""The union of downtime that was added up run by run.

A run holds the cases that began in one stretch of time, one run after the other, and what their united pieces add up
to. A measure μ of time (a length, what of it is worked, what of it falls on a day) is additive, so that of the union
of the runs A₁ … Aₙ and of other pieces R needs a look only where they meet:

    μ(A₁ ∪ … ∪ Aₙ ∪ R) = Σ μ(Aᵢ) − Σ μ(Aᵢ ∩ (A₁ ∪ … ∪ Aᵢ₋₁)) + μ(R ∖ (A₁ ∪ … ∪ Aₙ))

It is the principle of inclusion and exclusion, taken one run after the other.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from suspensions import intervals
from suspensions.analytics.answers import Answers
from suspensions.intervals import NEVER, Openings, Pieces, Stretch

DATED = 4  # whole numbers in a line of a day: which one, cases, sum, union
FIRST_DAY = date(1970, 1, 1).toordinal()


class Subject(NamedTuple):
    """Whose downtime is united: that of a process, of its failures alone, of a risk source, or all together."""

    kind: str
    key: int = 0

    @classmethod
    def process(cls, key: int) -> Self:
        return cls("process", key)

    @classmethod
    def failures(cls, key: int) -> Self:
        return cls("failures", key)

    @classmethod
    def source(cls, key: int) -> Self:
        return cls("source", key)

    @classmethod
    def all(cls) -> Self:
        return cls("all")


class Worked(NamedTuple):
    """How much of the downtime of a process lies within its working hours; `hours`: the fingerprint of those."""

    hours: str
    process: int
    failures: int


class Days:
    """The local days of a stretch of time."""

    def __init__(self, start: int, finish: int, zone: ZoneInfo):
        self.dates = intervals.days(start, finish, zone)
        self.edges = intervals.midnights(self.dates, zone)
        self.first = self.dates[0].toordinal() - FIRST_DAY if self.dates else 0

    def lengths(self, pieces: Iterable[Stretch]) -> list[int]:
        """Return how much of the pieces falls on each day."""
        edges, found = self.edges, [0] * len(self.dates)
        for begins, ends in pieces:
            box = bisect_right(edges, begins) - 1
            if ends <= edges[box + 1]:
                found[box] += ends - begins
            else:
                for part, length in intervals.cut((begins, ends), edges):
                    found[part] += length
        return found

    def dated(self, answers: Answers) -> tuple[list[int], list[int]]:
        """Return how many cases begin on each day, and how long all of them last on it."""
        counts, totals = ([0] * len(self.dates) for _ in range(2))
        for starts, ends, begins, finishes, total, count in answers.days:
            counts[starts - self.first] += count
            if starts == ends:
                totals[starts - self.first] += total
            else:
                for box, part in intervals.cut((begins, finishes), self.edges):
                    totals[box] += part * total // (finishes - begins)
        return counts, totals


def rows_of(answers: Answers, subject: Subject) -> list[Pieces]:
    """Return what makes up the downtime of a subject; pieces of different rows may overlap."""
    kind, key = subject
    if kind == "all":
        return list(answers.islands.values())
    if kind == "source":
        found = [answers.disturbances.get(key)]
    else:
        found = [answers.islands.get(2 * key + planned) for planned in ((0, 1) if kind == "process" else (0,))]
    return [pieces for pieces in found if pieces]


def united(answers: Answers, subject: Subject, start: int = -NEVER, finish: int = NEVER) -> list[Stretch]:
    """Return the united pieces of which something lies within [start, finish); outside of that they may be torn."""
    rows = [pieces.touching(start, finish) for pieces in rows_of(answers, subject)]
    return rows[0] if len(rows) == 1 else intervals.union(chain.from_iterable(rows))


@dataclass(frozen=True)
class Run:
    """Cases that are over and began within [start, until), and what their united pieces add up to."""

    answers: Answers
    start: int
    until: int
    reaches: int  # the last finish
    days: list[tuple[int, ...]]  # since 1970: which one, how many cases begin, sum, union
    lengths: dict[Subject, int] = field(default_factory=dict)
    worked: dict[int, Worked] = field(default_factory=dict)  # by process

    @classmethod
    def of(cls, answers: Answers, start: int, until: int, reaches: int, zone: ZoneInfo) -> Self:
        days = Days(start, max(until, reaches), zone)
        counts, totals = days.dated(answers)
        unions = days.lengths(united(answers, Subject.all()))
        found = zip(range(days.first, days.first + len(days.dates)), counts, totals, unions, strict=True)
        return cls(answers, start, until, reaches, [line for line in found if any(line[1:])])

    def length(self, subject: Subject) -> int:
        if subject not in self.lengths:
            rows = rows_of(self.answers, subject)
            found = rows[0].length if len(rows) == 1 else intervals.length(united(self.answers, subject))
            self.lengths[subject] = found
        return self.lengths[subject]

    def within(self, openings: Openings, subject: Subject) -> int:
        """Return how much of the downtime of a process, or of its failures, lies within its working hours."""
        if not rows_of(self.answers, subject):
            return 0
        known = self.worked.get(subject.key)
        if known is None or known.hours != openings.fingerprint(*self.span):
            known = self.worked[subject.key] = self.work(openings, subject.key)
        return known.process if subject.kind == "process" else known.failures

    def work(self, openings: Openings, process: int) -> Worked:
        kinds = (Subject.process(process), Subject.failures(process))
        found = [openings.within(united(self.answers, subject)) for subject in kinds]
        return Worked(openings.fingerprint(*self.span), *found)

    @property
    def span(self) -> Stretch:
        return self.start, max(self.until, self.reaches)


class Runs:
    """Runs in their order."""

    def __init__(self, runs: Sequence[Run]):
        self.runs = runs
        self.starts = [run.start for run in runs]
        self.reached = list(accumulate((run.span[1] for run in runs), max))

    def meeting(self, begins: int, ends: int) -> Iterator[Run]:
        """Yield the runs that may have a piece within [begins, ends)."""
        for place in range(bisect_left(self.starts, ends) - 1, -1, -1):
            if self.reached[place] <= begins:
                return
            yield self.runs[place]


class Downtime:
    """The united downtime of a subject in some runs and in the answers about all other cases."""

    def __init__(self, subject: Subject, runs: Runs, rest: Answers):
        self.subject, self.runs = subject, runs
        self.others = united(rest, subject)

    @cached_property
    def doubled(self) -> list[Stretch]:
        """What lies in a run and in one before it, once for each such run."""
        found: list[Stretch] = []
        carried: list[Stretch] = []
        for run in self.runs.runs:
            if carried:
                pieces = united(run.answers, self.subject, run.start, carried[-1][1])
                found += intervals.intersection(pieces, carried)
            late = united(run.answers, self.subject, run.until) if run.reaches > run.until else []
            if carried or late:
                carried = list(intervals.clip(intervals.union([*carried, *late]), run.until, NEVER))
        return found

    @cached_property
    def added(self) -> list[Stretch]:
        """What of the other pieces lies in no run."""
        return list(chain.from_iterable(map(self.uncovered, self.others)))

    def uncovered(self, piece: Stretch) -> Iterator[Stretch]:
        parts = [united(run.answers, self.subject, *piece) for run in self.runs.meeting(*piece)]
        return intervals.difference([piece], intervals.union(chain.from_iterable(parts)))

    @cached_property
    def length(self) -> int:
        met = intervals.length(self.added) - intervals.length(self.doubled)
        return sum(run.length(self.subject) for run in self.runs.runs) + met

    def within(self, openings: Openings) -> int:
        """Return how much of it lies within opening hours. Counts for processes and their failures."""
        met = openings.within(self.added) - openings.within(self.doubled)
        return sum(run.within(openings, self.subject) for run in self.runs.runs) + met

    def on(self, days: Days) -> list[int]:
        """Return how much of all downtime falls on each of the days."""
        found = [more - less for more, less in zip(*map(days.lengths, (self.added, self.doubled)), strict=True)]
        for day, _count, _total, union in chain.from_iterable(run.days for run in self.runs.runs):
            found[day - days.first] += union
        return found

    @cached_property
    def pieces(self) -> list[Stretch]:
        """All of it, in order."""
        parts = [united(run.answers, self.subject) for run in self.runs.runs]
        return intervals.union(chain(self.others, *parts))
