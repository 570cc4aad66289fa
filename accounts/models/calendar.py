from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import hours
from accounts.working_time import WorkingTime
from workflow.models import Registered

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = "09:00-18:00"
FIRST_YEAR, LAST_YEAR = 1970, 2200  # what a calendar is asked about


def year_message() -> str:
    return gettext("The year lies between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}


class HoursField(models.CharField):
    """Opening hours of a day, kept in the one way that `hours.write` writes them; empty for closed."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **{"max_length": 100, "blank": True, "default": "", **kwargs})

    def to_python(self, value: Any) -> str:
        return read_hours(super().to_python(value) or "")


def read_hours(text: str) -> str:
    """Return `text` in the one way of writing hours. Raises ValidationError."""
    try:
        return hours.write(hours.read(text))
    except ValueError as error:
        message = _("“%(text)s” are not hours of a day. Write them like 09:00-13:00, 14:00-18:00.")
        raise ValidationError(message, params={"text": error}, code="invalid") from error


class WorkingCalendar(Registered):
    """When work is done: hours by weekday and, in `days`, dates that differ. The time zone comes from its owner."""

    monday = HoursField(_("Monday"), default=OFFICE)
    tuesday = HoursField(_("Tuesday"), default=OFFICE)
    wednesday = HoursField(_("Wednesday"), default=OFFICE)
    thursday = HoursField(_("Thursday"), default=OFFICE)
    friday = HoursField(_("Friday"), default=OFFICE)
    saturday = HoursField(_("Saturday"))
    sunday = HoursField(_("Sunday"))

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")

    def __str__(self) -> str:
        return str(_("working calendar"))

    def get_absolute_url(self) -> str:
        return reverse("accounts:calendar")

    def clean(self) -> None:
        if not any(self.week.values()):
            raise ValidationError(_("Work is done on at least one weekday."), code="required")

    @property
    def week(self) -> dict[str, str]:
        return {weekday: getattr(self, weekday) for weekday in WEEKDAYS}

    def working_time(self, zone: ZoneInfo) -> WorkingTime:
        """Return all of it as a value to calculate with: load it once, ask often."""
        days = {date: hours.read(text) for date, text in self.days.values_list("date", "hours")}
        return WorkingTime(zone, tuple(hours.read(text) for text in self.week.values()), days)


class CalendarDay(models.Model):
    """A date with hours of its own: a holiday (none), a shortened day, a day off on which work is done."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    hours = HoursField(_("hours"), help_text=_("Empty: no work on this date."))
    name = models.CharField(_("name"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_is_said_once")]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.hours or '—'} {self.name}".strip()
