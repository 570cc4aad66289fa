"""Rules of repetition (RFC 5545, RRULE) counted in whole days."""

from datetime import date, datetime, time, timedelta

from dateutil.rrule import DAILY, rrule, rrulestr
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FAR = timedelta(days=40 * 366)  # no series is longer, and no rule that never occurs is followed further


def parsed(rule: str, first: date) -> rrule:
    """Return the rule counted from its first day. Raises ValidationError for what means nothing."""
    refusal = ValidationError(_("A rule such as FREQ=WEEKLY;BYDAY=MO is expected, in days or longer."), code="invalid")
    text = rule.strip().upper().removeprefix("RRULE:")
    if not text.startswith("FREQ=") or "\n" in text:
        raise refusal
    try:
        found = rrulestr(text, dtstart=datetime.combine(first, time.min), ignoretz=True)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError) as error:
        raise refusal from error
    if not isinstance(found, rrule) or found._freq > DAILY or not 1 <= found._interval <= 1000:
        raise refusal
    last = datetime.combine(first, time.min) + FAR
    until = found._until
    return found.replace(until=min(until, last) if until else last)


def check_rule(rule: str) -> None:
    if rule:
        parsed(rule, date(2026, 1, 1))


def next_after(rule: str, first: date, day: date) -> date | None:
    """Return the first occurrence after `day`, None when the rule has ended."""
    found = parsed(rule, first).after(datetime.combine(day, time.min))
    return found.date() if found else None


def latest_until(rule: str, first: date, day: date) -> date | None:
    """Return the last occurrence that is not later than `day`."""
    found = parsed(rule, first).before(datetime.combine(day, time.min), inc=True)
    return found.date() if found else None
