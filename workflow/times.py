"""How moments and lengths of time are said, the same on pages, in messages and in exports."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds
UNKNOWN = "—"


def full(moment: datetime) -> str:
    """`23 Jul 2026 18:45 MSK` in the reader's zone."""
    local = timezone.localtime(moment)
    return f"{day(local, year=True)} {local:%H:%M} {local.tzname()}"


def brief(moment: datetime) -> str:
    """The clock today, “yesterday, 22:10”, the day in this year, else the date, in the reader's zone."""
    local, today = timezone.localtime(moment), timezone.localdate()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return gettext("yesterday, %(time)s") % {"time": f"{local:%H:%M}"}
    return day(local, year=local.year != today.year)


def written(value: date) -> str:
    """A day: `24 Jul`, with its year where that is not the present one."""
    return day(value, year=value.year != timezone.localdate().year)


def day(local: date, *, year: bool) -> str:
    """The same, with its year or without."""
    return in_words(date(local.year, local.month, local.day), year, get_language() == "ru")


@lru_cache(maxsize=4096)  # a year's page says each of its days several times
def in_words(value: date, year: bool, russian: bool) -> str:
    return date_format(value, ("d.m.Y" if russian else "j M Y") if year else ("d.m" if russian else "j M"))


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def zone(at: datetime | None = None) -> str:
    """The reader's zone as people call it: `MSK, UTC+3`, or `UTC+5` where it has no name of its own."""
    local = timezone.localtime(at)
    name, offset = local.tzname() or "", local.utcoffset() or timedelta()
    hours, minutes = divmod(int(abs(offset).total_seconds()) // MINUTE, 60)
    sign, rest = "−" if offset < timedelta() else "+", f":{minutes:02d}" if minutes else ""
    clock = f"UTC{sign}{hours}{rest}" if offset else "UTC"
    return f"{name}, {clock}" if name.isalpha() and name != "UTC" else clock


def duration(span: timedelta | float | None) -> str:
    """`42 s`, `42 min`, `1 h 05 min`, from two days on `3 d 4 h`; None is a dash. Numbers are seconds."""
    if span is None:
        return UNKNOWN
    seconds = int(span.total_seconds() if isinstance(span, timedelta) else span)
    if seconds < MINUTE:
        text = gettext("%(count)s s") % {"count": seconds}
    elif seconds < HOUR:
        text = gettext("%(count)s min") % {"count": seconds // MINUTE}
    elif seconds < 2 * DAY:
        rest = seconds % HOUR // MINUTE
        text = gettext("%(count)s h") % {"count": seconds // HOUR}
        text += f" {gettext('%(count)s min') % {'count': f'{rest:02d}'}}" if rest else ""
    else:
        rest = seconds % DAY // HOUR
        text = gettext("%(count)s d") % {"count": seconds // DAY}
        text += f" {gettext('%(count)s h') % {'count': rest}}" if rest else ""
    return text.replace(" ", "\u00a0")
