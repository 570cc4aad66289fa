"""The register of outages as a file."""

from django.utils import timezone
from django.utils.translation import gettext as _

from monitoring.models import Outage, OutageQuerySet
from workflow.exports import Register, Row


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    times = [f"{_('Start')}, {zone}", f"{_('Finish')}, {zone}", _("Minutes")]
    return [_("Probe"), *times, _("Cause"), _("What failed"), _("Downtime case"), _("Incident")]


def line(outage: Outage) -> Row:
    minutes = round(outage.downtime.total_seconds() / 60, 2)
    case = outage.suspension.number if outage.suspension else ""
    incident = outage.incident.number if outage.incident else ""
    words = [str(outage.get_cause_display()), outage.error]
    return [outage.group.name, outage.start, outage.finish, minutes, *words, case, incident]


def register(outages: OutageQuerySet) -> Register:
    """Return the filtered list, whole."""
    rows = outages.for_list().iterator(chunk_size=500)
    return Register("outages", header(), map(line, rows), outages.order_by().count())
