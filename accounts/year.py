"""A year of the working calendar, laid out for people: months, weeks, and what each day is."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts import hours
from accounts.models import CalendarDay
from accounts.working_time import WorkingTime

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Cell:
    """A day of the grid: `kind` is work, free, holiday (free though its weekday is not, or named) or special."""

    date: date
    kind: str
    words: str


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[Cell | None]]
    working_days: int
    working_time: timedelta


@dataclass(frozen=True)
class Year:
    number: int
    months: list[Month]
    working_days: int
    working_time: timedelta


def laid_out(number: int, working: WorkingTime, special: Mapping[date, CalendarDay]) -> Year:
    """Return the year; `special` names the days that `working` has hours of their own for."""
    months = [month(number, place, working, special) for place in MONTHS]
    return Year(
        number,
        months,
        sum(month.working_days for month in months),
        sum((month.working_time for month in months), timedelta()),
    )


def month(year: int, number: int, working: WorkingTime, special: Mapping[date, CalendarDay]) -> Month:
    first = date(year, number, 1)
    following = date(year + number // 12, number % 12 + 1, 1)
    weeks = [
        [cell(day, working, special.get(day)) if day.month == number else None for day in week]
        for week in Calendar().monthdatescalendar(year, number)
    ]
    days = (date.fromordinal(day) for day in range(first.toordinal(), following.toordinal()))
    starts = (datetime(day.year, day.month, day.day, tzinfo=working.zone) for day in (first, following))
    return Month(first, weeks, sum(bool(working.hours_on(day)) for day in days), working.working_time(*starts))


def cell(day: date, working: WorkingTime, special: CalendarDay | None) -> Cell:
    spans = working.hours_on(day)
    if special is None:
        return Cell(day, "work" if spans else "free", hours.write(spans) or _("free"))
    words = ", ".join(part for part in (special.name, hours.write(spans) or _("free")) if part)
    return Cell(day, "special" if spans else "holiday", words)


def of(number: int, working: WorkingTime, days: Any) -> Year:
    """Return the year with its special days read from the queryset `days`."""
    return laid_out(number, working, {day.date: day for day in days.filter(date__year=number)})
