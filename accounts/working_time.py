"""The arithmetic of working time, exact to the microsecond and free of the database.

Hours are meant as the clock on the wall shows them. So a night shift is an hour shorter when the clock is put
forward, an hour longer when it is put back, and an hour that does not exist is not worked.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts.hours import Hours

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
HORIZON = 10  # years in which a calendar must open, else it never does

# Inside this module a moment is a whole number of microseconds since 1970 in UTC.


class Year(NamedTuple):
    """The openings of one local year in order, and how much is worked before each of them."""

    opens: list[int]
    closes: list[int]
    worked: list[int]  # one longer: the last is the whole year

    def before(self, moment: int) -> int:
        """Return how much of the year is worked before `moment`."""
        place = bisect_right(self.opens, moment) - 1
        if place < 0:
            return 0
        return self.worked[place] + min(moment, self.closes[place]) - self.opens[place]

    def is_open(self, moment: int) -> bool:
        place = bisect_right(self.opens, moment) - 1
        return place >= 0 and moment < self.closes[place]

    def when(self, amount: int) -> int:
        """Return the first moment before which `amount` (positive, at most the whole year) is worked."""
        place = bisect_right(self.worked, amount - 1) - 1
        return self.opens[place] + amount - self.worked[place]


@dataclass(frozen=True)
class WorkingTime:
    """When work is done: hours by weekday, Monday first, and dates that have their own; in one time zone.

    Load it once and ask often: each year is laid out at the first question about it, later ones are two bisections.
    """

    zone: ZoneInfo
    week: tuple[Hours, ...]
    days: Mapping[date, Hours] = field(default_factory=dict)
    years: dict[int, Year] = field(default_factory=dict, init=False, compare=False, repr=False)

    def hours_on(self, day: date) -> Hours:
        """Return the hours of a local date, empty when it is free."""
        return self.days.get(day, self.week[day.weekday()])

    def is_working(self, at: datetime) -> bool:
        return self.year(self.local(at).year).is_open(moment_of(at))

    def working_time(self, start: datetime, finish: datetime) -> timedelta:
        """Return how much is worked from `start` to `finish`; nothing when `finish` is not later."""
        first, last = self.local(start).year, self.local(finish).year
        if finish <= start:
            return timedelta(0)
        whole_years = sum(self.year(number).worked[-1] for number in range(first, last))
        worked = whole_years + self.year(last).before(moment_of(finish)) - self.year(first).before(moment_of(start))
        return worked * MICROSECOND

    def working_minutes(self, start: datetime, finish: datetime) -> Decimal:
        """Return the same in minutes, rounded to hundredths once, here."""
        return in_minutes(self.working_time(start, finish))

    def add_working(self, start: datetime, minutes: int | Decimal | Fraction) -> datetime | None:
        """Return the first moment by which `minutes` are worked from `start` on, in UTC: a deadline.

        A deadline of closing time stays at closing time. None when the calendar does not open enough within
        HORIZON years. Raises ValueError for less than nothing.
        """
        wanted = int(minutes * MINUTE)
        if wanted < 0:
            raise ValueError("Working time cannot be taken back.")
        first = self.local(start).year
        if wanted == 0:
            return start.astimezone(UTC)
        wanted += self.year(first).before(moment_of(start))
        for number in ahead(first):
            year = self.year(number)
            if wanted <= year.worked[-1]:
                return datetime_of(year.when(wanted))
            wanted -= year.worked[-1]
        return None

    def local(self, at: datetime) -> datetime:
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone.")
        return at.astimezone(self.zone)

    def year(self, number: int) -> Year:
        """Return the year laid out. Two threads may do it at once: both come to the same."""
        if number not in self.years:
            openings = sorted(self.openings(number))
            worked = accumulate((closes - opens for opens, closes in openings), initial=0)
            self.years[number] = Year(
                [opens for opens, _closes in openings], [closes for _opens, closes in openings], list(worked)
            )
        return self.years[number]

    def openings(self, number: int) -> Iterator[tuple[int, int]]:
        """Yield what is open in a local year. Between two changes of the clock local time is UTC, shifted."""
        for start, finish, offset in self.steady(self.midnight(number), self.midnight(number + 1)):
            for day in range((start + offset) // DAY, (finish + offset - 1) // DAY + 1):
                for span in self.hours_on(date.fromordinal(EPOCH_DAY + day)):
                    opens = max(start, day * DAY + span.opens * MINUTE - offset)
                    closes = min(finish, day * DAY + span.closes * MINUTE - offset)
                    if opens < closes:
                        yield opens, closes

    def steady(self, start: int, finish: int) -> Iterator[tuple[int, int, int]]:
        """Cut a stretch of time where the clock changes: yield (start, finish, offset from UTC)."""
        offset = self.offset(start)
        for moment in range(start, finish, DAY):
            later = min(moment + DAY, finish)
            if self.offset(later) != offset:
                change = self.change(moment, later)
                yield start, change, offset
                start, offset = change, self.offset(later)
        yield start, finish, offset

    def change(self, before: int, after: int) -> int:
        """Return the second between the two from which on the offset is that of `after`."""
        offset = self.offset(after)
        while after - before > SECOND:
            middle = (before + after) // 2 // SECOND * SECOND
            before, after = (before, middle) if self.offset(middle) == offset else (middle, after)
        return after

    def offset(self, moment: int) -> int:
        return (datetime_of(moment).astimezone(self.zone).utcoffset() or timedelta(0)) // MICROSECOND

    def midnight(self, number: int) -> int:
        """Return when the local year begins."""
        return moment_of(datetime(number, 1, 1, tzinfo=self.zone))


def ahead(year: int) -> range:
    return range(year, min(year + HORIZON, MAXYEAR))


def moment_of(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def datetime_of(moment: int) -> datetime:
    return EPOCH + moment * MICROSECOND


def in_minutes(time: timedelta) -> Decimal:
    """Return minutes, rounded to hundredths."""
    return (Decimal(time // MICROSECOND) / MINUTE).quantize(Decimal("0.01"), ROUND_HALF_UP)
