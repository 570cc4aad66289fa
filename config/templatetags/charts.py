"""Numbers inside SVG and of figures: a point as decimal separator, whatever the language."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from workflow import times

register = template.Library()
register.filter("stamp", times.full)


@register.filter
def is_past(moment: datetime) -> bool:
    return moment < timezone.now()


@register.filter
def until(moment: datetime) -> str:
    """How long it is until then."""
    return times.duration(moment - timezone.now())


@register.filter
def px(value: float) -> str:
    return f"{value:g}"


@register.filter
def add_px(value: float, more: float) -> str:
    return f"{value + more:g}"


@register.filter
def exact(value: Decimal | int | None) -> str:
    """The figure for machines; empty when there is none."""
    return "" if value is None else str(value)


@register.filter
def day(value: date | datetime) -> str:
    return times.day(value, year=True)


@register.filter
def month(value: date) -> str:
    return date_format(value, "F Y")


@register.simple_tag
def cells(squares: Iterable[Any]) -> SafeString:
    """Draw the days of a month: hundreds on a page, so they are written at once and not by the template one by one."""
    shape = '<rect class="{}" x="{}" y="{}" width="9" height="9" rx="1.5"><title>{}</title></rect>'
    return format_html_join("", shape, ((one.shade, px(one.x), px(one.y), one.words) for one in squares))
