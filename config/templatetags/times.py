"""Moments and lengths of time on a page, in the reader's zone."""

from datetime import date, datetime, time, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts import days
from workflow import times
from workflow.forms import TYPED

NINE = time(9)
register = template.Library()
register.filter("duration", times.duration)
register.simple_tag(times.zone, name="zone")


@register.filter
def moment(value: datetime | None, form: str = "brief") -> SafeString | str:
    """A `<time>` element, in full or in brief; the full form is what a pointer that rests on it reads."""
    if value is None:
        return times.UNKNOWN
    whole = times.full(value)
    text = whole if form == "full" else times.brief(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', times.utc(value), whole, text)


@register.filter
def day(value: date) -> str:
    """A day without a clock: `24 Jul`, with the year where it is another one."""
    return times.written(value)


@register.filter
def whole_day(value: date | None) -> str:
    """A day with its year, in the reader's language; a dash where there is none."""
    return times.day(value, year=True) if value else times.UNKNOWN


@register.filter
def since(later: datetime | None, earlier: datetime | None) -> str:
    """How long after `earlier` something was."""
    return times.duration(later - earlier if later and earlier else None)


@register.filter
def ago(earlier: datetime | None) -> str:
    """How long something has lasted by now."""
    return times.duration(timezone.now() - earlier if earlier else None)


@register.simple_tag
def today() -> str:
    """`Thursday, 23 Jul 2026 18:45 MSK`."""
    local = timezone.localtime()
    return f"{date_format(local, 'l').capitalize()}, {times.full(local)}"


@register.simple_tag
def timer(counted: timedelta, extra: str = "") -> SafeString:
    """A clock that runs on from what is counted so far; without JavaScript it shows that."""
    return running("since", counted, extra)


@register.simple_tag
def countdown(left: timedelta, extra: str = "vk-timer-sm") -> SafeString:
    """A clock that runs down to nothing from what is left."""
    return running("left", left, extra)


def running(direction: str, span: timedelta, extra: str) -> SafeString:
    seconds = max(0, int(span.total_seconds()))
    shown = f"{seconds // times.HOUR}:{seconds % times.HOUR // times.MINUTE:02d}:{seconds % times.MINUTE:02d}"
    mark = '<time class="vk-timer {}" datetime="PT{}S" data-vk-{}="{}">{}</time>'
    return format_html(mark, extra, seconds, direction, seconds, shown)


@register.simple_tag
def past_presets(field_id: str) -> SafeString:
    """Chips that fill a time field with what has passed: now, a quarter of an hour ago, an hour ago."""
    now = timezone.localtime().replace(second=0, microsecond=0)
    presets = [
        (gettext("now"), now),
        (gettext("15 min ago"), now - timedelta(minutes=15)),
        (gettext("an hour ago"), now - timedelta(hours=1)),
    ]
    return chips(field_id, presets)


@register.simple_tag
def time_presets(field_id: str, start_id: str = "") -> SafeString:
    """Chips that fill a time field: in an hour, in four hours, at nine of the next working day and of next week's.

    Where there is a field of the start, the hours count from what stands there.
    """
    now = timezone.localtime().replace(second=0, microsecond=0)
    hours = [(gettext("for an hour"), 1), (gettext("for 4 hours"), 4)]
    if not start_id:
        hours = [(gettext("in an hour"), 1), (gettext("in 4 hours"), 4)]
    soon = [(words, now + timedelta(hours=number)) for words, number in hours]
    return chips(field_id, soon, start_id) + chips(field_id, mornings(now))


def mornings(now: datetime) -> list[tuple[str, datetime]]:
    """Return nine o'clock of the next working day and of the first one of the next week, each once."""
    today = now.date()
    monday = today + timedelta(days=7 - today.weekday())
    found = dict.fromkeys([days.next_working(today), days.working_from(monday)])
    return [
        (gettext("%(day)s at 9") % {"day": days.said(one, today)}, datetime.combine(one, NINE, now.tzinfo))
        for one in found
    ]


def chips(field_id: str, presets: list[tuple[str, datetime]], after: str = "") -> SafeString:
    """Return the chips; those that count from the field `after` say from what moment they count without it."""
    chip = '<button class="vk-chip" type="button" data-vk-fill="{}" data-vk-value="{}"{}>{}</button>'
    source = format_html(' data-vk-after="{}" data-vk-now="{}"', after, typed(timezone.localtime())) if after else ""
    return format_html_join("", chip, ((field_id, typed(at), source, word) for word, at in presets))


def typed(at: datetime) -> str:
    return at.strftime(TYPED)
