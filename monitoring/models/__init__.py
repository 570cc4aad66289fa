"""What is watched, what was seen of it, and the outages that came of it."""

from monitoring.models.backup import Backup, BackupQuerySet
from monitoring.models.group import (
    Minute,
    Target,
    TargetGroup,
    TargetGroupQuerySet,
    Watch,
)
from monitoring.models.heartbeat import Heartbeat, HeartbeatQuerySet, Ping
from monitoring.models.outage import Outage, OutageQuerySet
from monitoring.models.pulse import Alarm, Pulse
from monitoring.models.window import MaintenanceWindow

__all__ = [
    "Alarm",
    "Backup",
    "BackupQuerySet",
    "Heartbeat",
    "HeartbeatQuerySet",
    "MaintenanceWindow",
    "Minute",
    "Outage",
    "OutageQuerySet",
    "Ping",
    "Pulse",
    "Target",
    "TargetGroup",
    "TargetGroupQuerySet",
    "Watch",
]
