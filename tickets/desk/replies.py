"""Canned replies filled in for one ticket and one writer."""

from typing import Any, NamedTuple

from tickets.desk.variables import filled
from tickets.models import CannedReply, Ticket
from workflow import times


class Offered(NamedTuple):
    """A canned reply as it would be written now."""

    id: int
    title: str
    text: str


def offered(user: Any, ticket: Ticket) -> list[Offered]:
    """Return the replies that this person may use for this ticket, by title."""
    replies = CannedReply.objects.visible_to(user).active()
    values = values_of(ticket, user) if replies else {}
    return [Offered(reply.pk, reply.title, filled(reply.text, values)) for reply in replies]


def values_of(ticket: Ticket, writer: Any) -> dict[str, str]:
    return {
        "ticket": ticket.number,
        "title": ticket.title,
        "name": ticket.creator.first_name or ticket.creator.name,
        "full_name": ticket.creator.name,
        "technician": writer.name,
        "category": ticket.category.name if ticket.category else "",
        "location": ticket.location,
        "status": str(ticket.get_status_display()),
        "due": times.full(ticket.resolution_due_at) if ticket.resolution_due_at else times.UNKNOWN,
    }
