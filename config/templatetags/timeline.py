"""A timeline: who did what, when, by which door, and what it changed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import template
from django.db.models import Model
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from config.templatetags.times import moment
from config.templatetags.vakhta import badge, severity_mark
from workflow import times
from workflow.models import Event
from workflow.times import UNKNOWN, written
from workflow.wording import CHANNEL_ICONS, wording

register = template.Library()
SEVERITY_FIELDS = {"severity", "priority"}


@register.inclusion_tag("components/timeline_event.html")
def timeline_event(event: Event, subject: Model, tell_subject: bool = False) -> dict[str, Any]:
    return {
        "event": event,
        "about": subject if tell_subject else None,
        "words": wording(event.verb),
        "channel_icon": CHANNEL_ICONS.get(event.channel, "info"),
        "changes": [change(subject, name, event) for name in event.after if told(name, event)],
    }


def told(name: str, event: Event) -> bool:
    return name in event.before and name != "comment"


def change(subject: Model, name: str, event: Event) -> dict[str, Any]:
    fields = {field.name: field for field in subject._meta.fields} | getattr(subject, "timeline_fields", {})
    field = fields.get(name)
    label = getattr(field, "verbose_name", name)
    words = getattr(subject, "timeline_words", {}).get(name, str)
    before, after = (drawn(field, value, words) for value in (event.before[name], event.after[name]))
    return {"label": label, "before": before, "after": after}


def drawn(field: Any, value: Any, told: Callable[[Any], str] = str) -> SafeString | str:
    """A value of the timeline as people know it: states and severities as badges, people by name, `told` a share."""
    if value in (None, ""):
        return UNKNOWN
    if isinstance(value, dict):
        return str(value.get("name", ""))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(part(one, told) for one in value) or UNKNOWN
    words = dict(getattr(field, "choices", None) or ())
    if field is not None and field.name == "status":
        return badge(value, words.get(value, value))
    if field is not None and field.name in SEVERITY_FIELDS:
        return severity_mark(value, words.get(value, value))
    if field is not None and field.get_internal_type() == "DateTimeField":
        return moment(datetime.fromisoformat(str(value)))
    if field is not None and field.get_internal_type() == "DateField":
        return written(date.fromisoformat(str(value)))
    return str(words[value]) if value in words else told(value)


def part(value: Any, told: Callable[[Any], str]) -> str:
    """One of several: a stretch of time with its share, or a word."""
    if not isinstance(value, dict):
        return str(value)
    ends = [
        times.brief(datetime.fromisoformat(str(at))) if at else "…" for at in (value.get("start"), value.get("finish"))
    ]
    share = value.get("degradation")
    return f"{' – '.join(ends)}, {told(share)}" if share else " – ".join(ends)
