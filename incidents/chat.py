"""An incident as it stands in a chat: one message, with buttons that bring it on."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.policy import allows
from incidents.models import Incident
from notifications.cards import Buttons, Card, Shown

EXCERPT = 1500  # characters of a description
LIGHTS = {"low": "⚪", "medium": "🟡", "high": "🟠", "critical": "🔴"}
FINISHED_LIGHT = "✅"


class Instead(NamedTuple):
    """What an upper app makes of words that were no incident: the button, its data before the number, who has it."""

    words: Any
    data: str
    shown_to: Callable[[Any], bool]


_instead: list[Instead] = []


def offer_instead(button: Instead) -> None:
    """Put a button under open incidents, for whoever reported them."""
    _instead.append(button)


def shown(incident: Incident) -> Shown:
    light = LIGHTS[incident.severity] if incident.is_active else FINISHED_LIGHT
    lines = [f"{incident.get_severity_display()} · {standing(incident)}"]
    if incident.occurrences > 1:
        lines.append(_("Reported %(count)s times") % {"count": incident.occurrences})
    details = incident.details if incident.details != incident.title else ""
    if details:
        lines += ["", details[:EXCERPT] + ("…" if len(details) > EXCERPT else "")]
    return Shown(f"{light} {incident}", "\n".join(lines), incident.get_absolute_url())


def standing(incident: Incident) -> str:
    """Return in a line who is on it, or since when nobody has to be."""
    status = incident.get_status_display()
    if incident.deleted_at is not None:
        return _("deleted")
    if incident.is_active and incident.snoozed_until:
        return _("%(status)s, put off until %(time)s") % {"status": status, "time": clock(incident.snoozed_until)}
    who = incident.closed_by or incident.resolved_by or incident.assignee
    return f"{status}, {who.name}" if who else status


def clock(moment: Any) -> str:
    return date_format(localtime(moment), "d.m H:i")


def buttons(incident: Incident, reader: Any) -> Buttons:
    """Return what this reader may press; in a group everybody's buttons show, and the policy judges who presses."""
    if incident.deleted_at is not None:
        return []
    verbs = {
        "take": (_("Take"), incident.status == Incident.Status.OPEN),
        "resolve": (_("Resolve"), incident.is_active),
        "snooze": (_("Put off"), incident.is_active),
        "reopen": (_("Reopen"), incident.status == Incident.Status.RESOLVED),
    }
    row = [
        (words, f"incident:{verb}:{incident.pk}")
        for verb, (words, possible) in verbs.items()
        if possible and (reader is None or allows(reader, f"incident.{verb}", incident))
    ]
    return [buttons for buttons in (row, taking_back(incident, reader)) if buttons]


def taking_back(incident: Incident, reader: Any) -> list[tuple[str, str]]:
    """Return what whoever reported it says when it is none: “thank you” to the bot becomes an incident too."""
    if not may_take_back(incident, reader):
        return []
    others = [(str(one.words), f"{one.data}:{incident.pk}") for one in _instead if one.shown_to(reader)]
    return [(_("Not an incident"), f"incident:dismiss:{incident.pk}"), *others]


def may_take_back(incident: Incident, reader: Any) -> bool:
    """Only one's own words, and only before somebody has begun to work on them."""
    own = reader is not None and incident.reporter_id == reader.pk
    return own and incident.status == Incident.Status.OPEN and allows(reader, "incident.close", incident)


CARD = Card(shown, buttons)
