"""Shares and stretches of time on the pages of probes."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workflow import times

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """`99.84 %`; what was not measured is a dash, and only what never failed is `100 %`."""
    if share is None:
        return times.UNKNOWN
    text = "100" if share == 1 else number_format(min(100 * share, 99.99), 2)
    return f"{text}\u00a0%"


@register.simple_tag
def stretch(start: datetime, finish: datetime | None, lasting: str = "") -> SafeString:
    """`22 Jul 20:10 – 20:24`: the day once where it is the same; `lasting` where there is no end yet."""
    if finish is None:
        return format_html("{} – {}", clock(start), lasting)
    same = timezone.localtime(start).date() == timezone.localtime(finish).date()
    return format_html("{} – {}", clock(start), clock(finish, day=not same))


def clock(moment: datetime, *, day: bool = True) -> SafeString:
    """A moment with its time of day, and with its day unless that is today."""
    local, today = timezone.localtime(moment), timezone.localdate()
    text = f"{local:%H:%M}"
    if day and local.date() != today:
        text = f"{times.day(local, year=local.year != today.year)} {text}"
    return format_html('<time datetime="{}" title="{}">{}</time>', times.utc(moment), times.full(moment), text)
