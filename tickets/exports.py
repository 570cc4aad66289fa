"""The register of tickets as a file."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.serializers import person_of_row
from tickets.models import Ticket, TicketQuerySet
from tickets.models.ticket import number_of
from workflow.exports import Register, Row

MOMENTS = ("created_at", "first_response_at", "resolved_at", "closed_at")


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    texts = [_("Number"), _("Title"), _("Description"), _("Category"), _("Location"), _("Status"), _("Priority")]
    people = [pgettext("ticket", "Creator"), _("Assignee"), _("Satisfaction")]
    moments = [_("Created"), _("First response"), pgettext("property", "Resolved"), pgettext("property", "Closed")]
    return [*texts, *people, *(f"{moment}, {zone}" for moment in moments)]


def line(row: dict[str, Any]) -> Row:
    words = [str(kind(row[name]).label) for name, kind in (("status", Ticket.Status), ("priority", Ticket.Priority))]
    people = [found["name"] if (found := person_of_row(row, role)) else "" for role in ("creator", "assignee")]
    texts = [number_of(row["id"]), row["title"], row["description"], row["category__name"] or "", row["location"]]
    return [*texts, *words, *people, row["satisfaction"] or "", *(row[name] for name in MOMENTS)]


def register(tickets: TicketQuerySet) -> Register:
    """Return the filtered list, whole; comments are no part of it."""
    rows = tickets.rows().iterator(chunk_size=2000)
    return Register("tickets", header(), map(line, rows), tickets.order_by().count())
