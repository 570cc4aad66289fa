"""The register of tasks as a file."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.serializers import person_of_row
from tasks.models import Task, TaskQuerySet
from tasks.models.task import number_of
from workflow.exports import Register, Row

MOMENTS = ("created_at", "done_at", "accepted_at")


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    texts = [_("Number"), _("Title"), _("Description"), _("Status"), _("Priority"), _("Author"), _("Executor")]
    moments = [f"{moment}, {zone}" for moment in (_("Created"), _("Reported done"), _("Accepted"))]
    return [*texts, _("Business process"), _("Start"), _("Deadline"), _("Returns"), *moments]


def line(row: dict[str, Any]) -> Row:
    words = [str(kind(row[name]).label) for name, kind in (("status", Task.Status), ("priority", Task.Priority))]
    people = [person_of_row(row, role)["name"] for role in ("author", "executor")]
    dates = [row["start"].isoformat(), row["deadline"].isoformat()]
    moments = [row[name] for name in MOMENTS]
    texts = [number_of(row["id"]), row["title"], row["description"]]
    return [*texts, *words, *people, row["process__name"] or "", *dates, row["returns"], *moments]


def register(tasks: TaskQuerySet) -> Register:
    """Return the filtered list, whole."""
    rows = tasks.rows().iterator(chunk_size=2000)
    return Register("tasks", header(), map(line, rows), tasks.order_by().count())
