"""The arithmetic of downtime: half-open stretches of time as pairs of whole microseconds since 1970 in UTC.

A stretch [start, finish) holds its start and not its finish, so two that touch do not overlap and nothing is counted
twice. Everything here is exact, pure and free of the database; minutes are made once, when a figure is shown.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import accumulate
from typing import Self
from zoneinfo import ZoneInfo

from accounts.working_time import WorkingTime, datetime_of, moment_of

type Stretch = tuple[int, int]
NEVER = 1 << 62


def stretch(start: datetime, finish: datetime | None, now: datetime) -> Stretch:
    """Return [start, finish); what has no finish yet counts to now, what is still to come counts nothing."""
    begins = moment_of(start)
    return begins, max(begins, moment_of(finish or now))


def clip(pieces: Iterable[Stretch], start: int, finish: int) -> Iterator[Stretch]:
    """Yield what of each piece lies in [start, finish); pieces outside vanish."""
    for begins, ends in pieces:
        begins, ends = max(begins, start), min(ends, finish)
        if begins < ends:
            yield begins, ends


def union(pieces: Iterable[Stretch]) -> list[Stretch]:
    """Return the pieces in order, those that overlap or touch made one: 10-12 and 11-13 are 10-13."""
    united: list[Stretch] = []
    start = reached = -1
    for begins, ends in sorted(pieces):
        if begins <= reached:
            reached = max(reached, ends)
        elif begins < ends:
            if start < reached:
                united.append((start, reached))
            start, reached = begins, ends
    return [*united, (start, reached)] if start < reached else united


def intersection(some: Sequence[Stretch], others: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield what lies in both of two lists of pieces in order and apart."""
    for begins, ends in some:
        yield from clip(others, begins, ends)


def difference(some: Iterable[Stretch], others: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield what of some pieces lies in none of the others; those are in order and apart."""
    for begins, ends in some:
        for taken, freed in clip(others, begins, ends):
            if begins < taken:
                yield begins, taken
            begins = freed
        if begins < ends:
            yield begins, ends


def length(pieces: Iterable[Stretch]) -> int:
    """Return the sum of the lengths; what overlaps counts as often as it stands there."""
    return sum(ends - begins for begins, ends in pieces)


def passed(pieces: Iterable[Stretch], amount: int) -> tuple[int, Stretch] | None:
    """Return the moment from which on more than `amount` of the pieces, in order and apart, has passed, and in which.

    None: all of them are no more. Of two hours 10-11 and 13-14 more than one has passed from 13 on, not from 11.
    """
    for begins, ends in pieces:
        if ends - begins > amount:
            return begins + amount, (begins, ends)
        amount -= ends - begins
    return None


def cut(piece: Stretch, edges: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (number of the box, length inside it) for the boxes [edges[n], edges[n + 1]) that the piece touches.

    Nothing is lost between two edges: the lengths add up to the piece clipped to [first edge, last edge).
    """
    begins, ends = max(piece[0], edges[0]), min(piece[1], edges[-1])
    box = bisect_right(edges, begins) - 1
    while begins < ends:
        upto = min(ends, edges[box + 1])
        yield box, upto - begins
        begins, box = upto, box + 1


def days(start: int, finish: int, zone: ZoneInfo) -> list[date]:
    """Return the local dates that [start, finish) touches, in order."""
    if start >= finish:
        return []
    first, last = (datetime_of(at).astimezone(zone).date() for at in (start, finish - 1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def midnights(dates: Sequence[date], zone: ZoneInfo) -> list[int]:
    """Return when each of the consecutive local dates begins, and when the last one ends.

    A day is 23 or 25 hours long where the clock changes; a midnight that the clock skips is the first moment after.
    """
    if not dates:
        return []
    return [midnight(day, zone) for day in (*dates, dates[-1] + timedelta(days=1))]


def midnight(day: date, zone: ZoneInfo) -> int:
    return moment_of(datetime(day.year, day.month, day.day, tzinfo=zone))


def ended(last: date | None, zone: ZoneInfo) -> int:
    """Return when the last day is over; never where there is none, or where it is the last one of all."""
    return NEVER if last is None or last == date.max else midnight(last + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Very many pieces in order and apart, as two rows of numbers: a fifth of the memory of pairs."""

    begins: array[int]
    ends: array[int]

    @classmethod
    def none(cls) -> Self:
        return cls(array("q"), array("q"))

    @property
    def length(self) -> int:
        return sum(self.ends) - sum(self.begins)

    def touching(self, start: int, finish: int) -> list[Stretch]:
        """Return the pieces, whole, of which something lies within [start, finish)."""
        first, last = bisect_right(self.ends, start), bisect_left(self.begins, finish)
        return list(zip(self.begins[first:last], self.ends[first:last], strict=True))


class Openings:
    """What a working calendar opens within [start, finish), laid out once and asked often by two bisections."""

    def __init__(self, hours: WorkingTime, start: int, finish: int):
        years = range(datetime_of(start).year - 1, datetime_of(max(start, finish)).year + 2)
        opened = [pair for year in years for pair in zip(hours.year(year).opens, hours.year(year).closes, strict=True)]
        self.spans = list(clip(opened, start, finish))
        self.opens = [opens for opens, _closes in self.spans]
        self.worked = list(accumulate((closes - opens for opens, closes in self.spans), initial=0))
        self.fingerprints: dict[Stretch, str] = {}

    def before(self, moment: int) -> int:
        """Return how much is open before `moment`."""
        place = bisect_right(self.opens, moment) - 1
        if place < 0:
            return 0
        return self.worked[place] + min(moment, self.spans[place][1]) - self.spans[place][0]

    def inside(self, pieces: Iterable[Stretch]) -> Iterator[Stretch]:
        """Yield what of each piece lies within the opening hours."""
        for begins, ends in pieces:
            first = max(0, bisect_right(self.opens, begins) - 1)
            yield from clip(self.spans[first : bisect_right(self.opens, ends)], begins, ends)

    def within(self, pieces: Iterable[Stretch]) -> int:
        """Return how much of the pieces lies within the opening hours."""
        opens, spans, worked, total = self.opens, self.spans, self.worked, 0
        for begins, ends in pieces:
            place = bisect_right(opens, ends) - 1
            if place < 0:
                continue
            opened, closes = spans[place]
            if begins >= opened:  # the usual case, in which one look suffices
                total += max(0, min(ends, closes) - begins)
            else:
                total += worked[place] + min(ends, closes) - opened - self.before(begins)
        return total

    def fingerprint(self, start: int, finish: int) -> str:
        """Return a text that stands for what is open within [start, finish): another one wherever that differs."""
        if (start, finish) not in self.fingerprints:
            first = max(0, bisect_right(self.opens, start) - 1)
            spans = clip(self.spans[first : bisect_left(self.opens, finish)], start, finish)
            known = blake2b(repr(list(spans)).encode(), digest_size=8)
            self.fingerprints[start, finish] = known.hexdigest()
        return self.fingerprints[start, finish]

    @property
    def total(self) -> int:
        return self.worked[-1]
