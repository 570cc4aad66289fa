"""The doors of monitoring for programs."""

from monitoring.api.health import Health, Live, Ready
from monitoring.api.outages import OutageViewSet
from monitoring.api.probes import ProbeViewSet

__all__ = ["Health", "Live", "OutageViewSet", "ProbeViewSet", "Ready"]
