"""How pages print a line of the audit: the words of its verb and all that it says, changed or not."""

from collections.abc import Callable
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from config.audit.trail import Line
from config.templatetags.timeline import drawn
from workflow.times import UNKNOWN
from workflow.wording import CHANNEL_ICONS, Wording, wording

register = template.Library()
SAID_BY_THE_VERB = {"deleted", "comment"}
SHOWN = 6  # parts of a line before the rest is only counted
# What events keep that is no field of their subject.
PARTS: dict[str, Any] = {
    "address": _("address"),
    "device": _("device"),
    "door": _("door"),
    "register": _("register"),
    "format": _("format"),
    "rows": _("rows"),
    "filters": _("filters"),
    "sessions": _("sessions"),
    "standing": _("standing"),
    "bytes_without_row": _("files without a record"),
    "rows_without_bytes": _("records without a file"),
}


@register.filter
def verb_words(verb: str) -> Wording:
    return wording(verb)


@register.filter
def channel_icon(channel: str) -> str:
    return CHANNEL_ICONS.get(channel, "info")


@register.filter
def parts(line: Line) -> dict[str, Any]:
    """What a line says, in `shown` parts of label, before and after, and how many are left out."""
    names = [name for name in dict.fromkeys([*line.after, *line.before]) if name not in SAID_BY_THE_VERB]
    return {"shown": [part(line, name) for name in names[:SHOWN]], "more": max(0, len(names) - SHOWN)}


def part(line: Line, name: str) -> dict[str, Any]:
    model = line.kind.model_class() if line.kind else None
    field = next((field for field in model._meta.fields if field.name == name), None) if model else None
    label = getattr(field, "verbose_name", None) or PARTS.get(name, name)
    words = getattr(model, "timeline_words", {}).get(name, str)
    before = said(field, line.before[name], words) if name in line.before else ""
    after = said(field, line.after[name], words) if name in line.after else ""
    return {"label": label, "before": before, "after": after, "both": bool(before and after)}


def said(field: Any, value: Any, words: Callable[[Any], str]) -> Any:
    if isinstance(value, dict) and "name" not in value:
        return ", ".join(f"{name}: {one}" for name, one in value.items()) or UNKNOWN
    return drawn(field, value, words)
