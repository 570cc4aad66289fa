"""The register of incidents as a file."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.serializers import person_of_row
from incidents.models import Incident, IncidentQuerySet
from incidents.models.incident import number_of
from workflow.exports import Register, Row

WORDS = {"status": Incident.Status, "source": Incident.Source, "severity": Incident.Severity}
MOMENTS = ("created_at", "acknowledged_at", "resolved_at", "closed_at")


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    moments = [_("Created"), _("Taken"), pgettext("property", "Resolved"), pgettext("property", "Closed")]
    texts = [_("Number"), _("Title"), _("Description"), _("Status"), _("Severity"), _("Source")]
    return [*texts, _("Reporter"), _("Assignee"), _("Occurrences"), *(f"{moment}, {zone}" for moment in moments)]


def line(row: dict[str, Any]) -> Row:
    people = [(person_of_row(row, role) or {"name": ""})["name"] for role in ("reporter", "assignee")]
    words = [str(WORDS[name](row[name]).label) for name in ("status", "severity", "source")]
    moments = [row[name] for name in MOMENTS]
    return [number_of(row["id"]), row["title"], row["description"], *words, *people, row["occurrences"], *moments]


def register(incidents: IncidentQuerySet) -> Register:
    """Return the filtered list, whole."""
    rows = incidents.rows().iterator(chunk_size=2000)
    return Register("incidents", header(), map(line, rows), incidents.order_by().count())
