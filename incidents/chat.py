"""An incident as it stands in a chat: one message, with buttons that bring it on."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.policy import allows
from incidents.models import Incident
from notifications.cards import Buttons, Card, Shown

EXCERPT = 1500  # characters of a description
LIGHTS = {"low": "⚪", "medium": "🟡", "high": "🟠", "critical": "🔴"}
FINISHED_LIGHT = "✅"


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
    return [row] if row else []


CARD = Card(shown, buttons)
