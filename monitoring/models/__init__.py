"""What is watched, what was seen of it, and the outages that came of it."""

from monitoring.models.group import (
    MaintenanceWindow,
    Minute,
    Target,
    TargetGroup,
    TargetGroupQuerySet,
    Watch,
)
from monitoring.models.outage import Outage, OutageQuerySet

__all__ = [
    "MaintenanceWindow",
    "Minute",
    "Outage",
    "OutageQuerySet",
    "Target",
    "TargetGroup",
    "TargetGroupQuerySet",
    "Watch",
]
