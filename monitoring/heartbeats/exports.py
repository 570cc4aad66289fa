"""The heartbeats as a file."""

from django.utils import timezone
from django.utils.translation import gettext as _

from monitoring.models import Heartbeat, HeartbeatQuerySet
from workflow.exports import Register, Row


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    plan = [_("Period, seconds"), _("Schedule"), _("Time zone"), _("Grace, seconds")]
    return [_("Heartbeat"), _("State"), *plan, f"{_('Last ping')}, {zone}", f"{_('Expected')}, {zone}", _("Incident")]


def line(heartbeat: Heartbeat) -> Row:
    plan = [heartbeat.period_seconds, heartbeat.cron, heartbeat.time_zone, heartbeat.grace_seconds]
    incident = heartbeat.incident.number if heartbeat.incident else ""
    state = heartbeat.get_standing_display()
    return [heartbeat.name, state, *plan, heartbeat.last_ping_at, heartbeat.due_at, incident]


def register(rows: HeartbeatQuerySet) -> Register:
    return Register(
        "heartbeats", header(), map(line, rows.for_list().iterator(chunk_size=500)), rows.order_by().count()
    )
