"""The stretch of time that figures are made for: presets, a period of one's own, and what it is compared with."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PRESETS = {
    "month": pgettext_lazy("period", "month"),
    "prevmonth": pgettext_lazy("period", "previous month"),
    "quarter": pgettext_lazy("period", "quarter"),
    "year": pgettext_lazy("period", "year"),
    "last30": _("last 30 days"),
    "last12": _("last 12 months"),
}
CUSTOM = "custom"
MONTHS = {"month": 1, "quarter": 3, "year": 12}
LONGEST = timedelta(days=20 * 366)


@dataclass(frozen=True)
class Period:
    """[start, finish) in a time zone; `months` when it is made of whole calendar months, else 0."""

    start: datetime
    finish: datetime
    preset: str = CUSTOM
    months: int = 0

    @property
    def zone(self) -> ZoneInfo:
        return self.start.tzinfo  # type: ignore[return-value]

    @property
    def first_day(self) -> date:
        return self.start.date()

    @property
    def last_day(self) -> date:
        """The last local date that has a part in it."""
        return (self.finish - timedelta(microseconds=1)).date() if self.finish > self.start else self.start.date()

    def before(self, now: datetime) -> "Period":
        """Return the period of equal length just before.

        Whole months are compared with as many whole months. While the period still runs, only with as much of the
        earlier one as has passed of this one.
        """
        start = shifted(self.start, -self.months) if self.months else shifted_days(self.start, self.finish)
        finish = self.start
        if self.start < now < self.finish:
            finish = min(finish, start + (now.astimezone(self.zone).replace(tzinfo=None) - naive(self.start)))
        return Period(start, finish, self.preset, self.months)


def preset(name: str, now: datetime, zone: ZoneInfo) -> Period:
    """Return the month, quarter or year of `now`, the month before, or the 30 days or 12 months that end today."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if name == "last30":
        return Period(today - timedelta(days=29), today + timedelta(days=1), name)
    if name == "last12":
        tomorrow = today + timedelta(days=1)
        return Period(a_year_before(tomorrow), tomorrow, name)
    if name == "prevmonth":
        this_month = today.replace(day=1)
        return Period(shifted(this_month, -1), this_month, name, 1)
    months = MONTHS[name]
    start = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    return Period(start, shifted(start, months), name, months)


def a_year_before(day: datetime) -> datetime:
    """Return the same date a year ago; what would be a 29th of February that was not is the 1st of March."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, month=3, day=1)


def shifted(start: datetime, months: int) -> datetime:
    """Return the first of a month so many months away, by the clock on the wall."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1)


def shifted_days(start: datetime, finish: datetime) -> datetime:
    """Return `start` moved back by the length of the period on the wall: so many days are so many days."""
    return (naive(start) - (naive(finish) - naive(start))).replace(tzinfo=start.tzinfo)


def naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
