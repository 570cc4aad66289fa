"""Limits on a page: what is not set is said in words, never as zero."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from suspensions.budgets.glance import use_of
from suspensions.models import Suspension
from workflow import times
from workflow.models import Event

register = template.Library()


@register.simple_tag
def minutes_or_none(minutes: int | None) -> str:
    return gettext("no limit") if minutes is None else times.duration(minutes * times.MINUTE)


@register.simple_tag
def limit_cells(limits: dict[int, Any], process: Any) -> SafeString:
    """The cells of a table that say how long one case and a year may be."""
    limit = limits.get(process.pk)
    case, year = (limit.case_minutes, limit.year_minutes) if limit else (None, None)
    cell = '<td role="cell" class="fit num{}" data-label="{}">{}</td>'
    values = ((gettext("One case"), case), (gettext("Year"), year))
    return format_html(cell * 2, *(part for label, of in values for part in (muted(of), label, minutes_or_none(of))))


@register.inclusion_tag("suspensions/budgets/used.html", takes_context=True)
def used_by(context: dict[str, Any], suspension: Suspension) -> dict[str, Any]:
    """What a case used of what one case and a year may last; nothing for what does not count."""
    return {"request": context["request"], **use_of(suspension, timezone.now())}


@register.simple_tag
def refusal_to_report(suspension: Suspension) -> Event | None:
    """The line of the timeline in which somebody declined to report a case that was proposed."""
    decided = Event.objects.about(suspension).filter(verb="regulate", after__has_key="report_decided_at")
    return decided.order_by("-pk").first()


def muted(minutes: int | None) -> str:
    return " vk-muted" if minutes is None else ""
