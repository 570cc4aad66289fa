"""What the database answers about some cases, and how that is put away as bytes and taken out again."""

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

from suspensions.intervals import Stretch

# Whole numbers in a line of each kind of answer.
GROUPS, LONGEST, DAYS = 9, 2, 6


@dataclass(frozen=True)
class Answers:
    """What the database answers about some cases. The answers about disjoint ones put together are those about all."""

    groups: list[tuple[int, ...]]
    lengths: array[int]  # of the cases, the shortest first
    longest: list[tuple[int, ...]]
    islands: dict[int, list[Stretch]]  # by twice the key of the process, one more for planned ones
    sources: dict[int, list[Stretch]]
    days: list[tuple[int, ...]]

    def packed(self) -> bytes:
        """Return all of it as whole numbers of eight bytes, each part behind its length."""
        parts = [
            list(chain.from_iterable(self.groups)),
            self.lengths,
            list(chain.from_iterable(self.longest)),
            list(laid_out(self.islands)),
            list(laid_out(self.sources)),
            list(chain.from_iterable(self.days)),
        ]
        numbers = array("q")
        for part in parts:
            numbers.append(len(part))
            numbers.extend(part)
        return native(numbers).tobytes()


def unpacked(content: bytes) -> Answers:
    """Return what was `packed`."""
    numbers = array("q")
    numbers.frombytes(content)
    numbers, parts, at = native(numbers), [], 0
    while at < len(numbers):
        ends = at + 1 + numbers[at]
        parts.append(numbers[at + 1 : ends])
        at = ends
    groups, lengths, longest, islands, sources, days = parts
    return Answers(
        rows(groups, GROUPS), lengths, rows(longest, LONGEST), gathered(islands), gathered(sources), rows(days, DAYS)
    )


def native(numbers: array[int]) -> array[int]:
    """Backups travel between machines: bytes lie the little end first."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def rows(numbers: array[int], width: int) -> list[tuple[int, ...]]:
    return list(zip(*[iter(numbers)] * width, strict=True))


def laid_out(pieces: dict[int, list[Stretch]]) -> Iterator[int]:
    for key, some in pieces.items():
        yield from (key, len(some), *chain.from_iterable(some))


def gathered(numbers: array[int]) -> dict[int, list[Stretch]]:
    found: dict[int, list[Stretch]] = {}
    at = 0
    while at < len(numbers):
        key, ends = numbers[at], at + 2 + 2 * numbers[at + 1]
        found[key] = list(zip(numbers[at + 2 : ends : 2], numbers[at + 3 : ends : 2], strict=True))
        at = ends
    return found


def stretches(lines: Iterable[tuple[int, ...]]) -> dict[int, list[Stretch]]:
    """Return the united downtime by key: what begins ends as far as was reached before the next one."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    for (key, begins, _), (following, _begins, reached) in pairwise(sorted(lines)):
        if key == following:
            found[key].append((begins, reached))
    return dict(found)
