"""The audit as a file."""

import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from config.audit.trail import Line, Trail
from workflow.exports import Register, Row


def register(trail: Trail) -> Register:
    """Return the whole of a trail, read as it is written."""
    return Register("audit", header(), map(row, trail), trail.count())


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    who = [f"{_('Time')}, {zone}", _("Person"), _("Username"), _("Channel"), _("Action")]
    return [*who, _("Noun"), _("Number"), _("Before"), _("After"), _("Note"), _("Request")]


def row(line: Line) -> Row:
    noun = line.kind.model if line.kind else ""
    who = [line.at, line.name, line.username or "", line.channel_words, line.verb]
    return [*who, noun, line.subject_id or "", as_text(line.before), as_text(line.after), line.note, line.request_id]


def as_text(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""
