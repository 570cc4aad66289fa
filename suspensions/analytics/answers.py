"""What the database answers about some cases."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

from suspensions.intervals import Pieces

# Whole numbers in a line of each kind of answer.
GROUPS, LONGEST, DAYS = 9, 2, 6


class Tally(NamedTuple):
    """What the cases of one process, one source or one box of the histogram add up to. Times are microseconds."""

    cases: int = 0
    total: int = 0
    longest: int = 0
    restored: int = 0  # failures that ended in the period, and how long those lasted, whole
    restoring: int = 0
    begun: int = 0  # failures that began in the period

    def and_also(self, other: "Tally") -> "Tally":
        return Tally(
            self.cases + other.cases,
            self.total + other.total,
            max(self.longest, other.longest),
            self.restored + other.restored,
            self.restoring + other.restoring,
            self.begun + other.begun,
        )


type Tallies = dict[int, Tally]


@dataclass(frozen=True)
class Answers:
    """What the database answers about some cases. The answers about disjoint ones put together are those about all."""

    processes: Tallies
    sources: Tallies
    boxes: Tallies
    lengths: array[int]  # of the cases, the shortest first
    longest: list[tuple[int, ...]]
    islands: dict[int, Pieces]  # by twice the key of the process, one more for planned ones
    disturbances: dict[int, Pieces]  # by the key of the source
    days: list[tuple[int, ...]]  # pieces of the same days, or the very same, added up

    @classmethod
    def found(cls, rows: dict[str, list[tuple[int, ...]]], lengths: array[int]) -> Self:
        """Return the lines that a statement found, by their questions, as answers."""
        processes, sources, boxes = (tallied(rows["groups"], column) for column in range(3))
        islands, disturbances = stretches(rows["islands"]), stretches(rows["sources"])
        return cls(processes, sources, boxes, lengths, rows["longest"], islands, disturbances, rows["days"])


def tallied(groups: Iterable[tuple[int, ...]], column: int) -> Tallies:
    """Return what the cases of each process (column 0), source (1) or box of the histogram (2) add up to."""
    found: Tallies = {}
    for line in groups:
        tally = Tally(*line[3:])
        known = found.get(line[column])
        found[line[column]] = known.and_also(tally) if known else tally
    return found


def stretches(rows: Iterable[tuple[int, ...]]) -> dict[int, Pieces]:
    """Return the united downtime by key: what begins ends as far as was reached before the next one."""
    found: dict[int, Pieces] = defaultdict(Pieces.none)
    for (key, begins, _), (following, _begins, reached) in pairwise(sorted(rows)):
        if key == following:
            found[key].begins.append(begins)
            found[key].ends.append(reached)
    return dict(found)
