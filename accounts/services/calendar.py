"""When the organisation works. Each change is one event of the calendar and a new version of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.calendar_text import Day
from accounts.models import CalendarDay, WorkingCalendar
from accounts.models.calendar import FIRST_YEAR, LAST_YEAR, read_hours, year_message
from accounts.policy import require
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid


def edit_week(calendar: WorkingCalendar, *, by: Actor, version: int | None = None, **hours: str) -> None:
    """Change the hours of weekdays."""
    require(by.user, "calendar.edit")
    hours = {weekday: field_hours(weekday, text) for weekday, text in hours.items()}
    if calendar.change(verb="edit", by=by, version=version, **hours):
        organisation.changed()


def set_day(calendar: WorkingCalendar, *, by: Actor, day: Day) -> None:
    """Give a date hours of its own."""
    put_days(calendar, by=by, days=[day], verb="set-day")


def import_days(calendar: WorkingCalendar, *, by: Actor, days: list[Day]) -> int:
    """Give many dates their hours at once and return how many differ from what stood there."""
    if not days:
        raise invalid("text", _("There is no date in it."), "required")
    return put_days(calendar, by=by, days=days, verb="import-days")


@transaction.atomic
def put_days(calendar: WorkingCalendar, *, by: Actor, days: Iterable[Day], verb: str) -> int:
    require(by.user, "calendar.edit")
    calendar.locked()
    stored = {day.date: said(day) for day in calendar.days.all()}
    wanted = {day.date: sound(CalendarDay(calendar=calendar, **day._asdict())) for day in days}
    changed = {date: day for date, day in wanted.items() if stored.get(date) != said(day)}
    CalendarDay.objects.bulk_create(
        changed.values(), update_conflicts=True, unique_fields=["calendar", "date"], update_fields=["hours", "name"]
    )
    if changed:
        before = {str(date): stored[date] for date in changed if date in stored}
        after = {str(date): said(day) for date, day in changed.items()}
        note_change(calendar, by=by, verb=verb, before=before, after=after)
    return len(changed)


@transaction.atomic
def clear_day(calendar: WorkingCalendar, *, by: Actor, date: date) -> None:
    """Let a date have the hours of its weekday again. Raises Conflict when it has them."""
    require(by.user, "calendar.edit")
    calendar.locked()
    day = calendar.days.filter(date=date).first()
    if day is None:
        raise Conflict(calendar, _("This date has the hours of its weekday."))
    day.delete()
    note_change(calendar, by=by, verb="clear-day", before={str(date): said(day)}, after={})


def note_change(calendar: WorkingCalendar, *, by: Actor, verb: str, before: Any, after: Any) -> None:
    Event.record(calendar, by=by, verb=verb, before=before, after=after)
    calendar.touch()
    organisation.changed()


def field_hours(weekday: str, text: str) -> str:
    """Return hours in the one way of writing them. Raises ValidationError that names the weekday."""
    try:
        return read_hours(text)
    except ValidationError as error:
        raise ValidationError({weekday: error}) from error


def said(day: CalendarDay) -> str:
    """Return a day as the timeline keeps it."""
    return f"{day.hours or '—'} {day.name}".strip()


def sound(day: CalendarDay) -> CalendarDay:
    """Return `day` with its hours in the one way of writing them. Raises ValidationError."""
    if not FIRST_YEAR <= day.date.year <= LAST_YEAR:
        raise invalid("date", year_message())
    day.clean_fields(exclude=["calendar"])
    return day
