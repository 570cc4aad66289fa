from typing import Any

from django.db.models import Q

from accounts.policy import allows
from tickets.models import Ticket
from tickets.models.ticket import OPENED
from workflow.navigation import Counted


def waiting_tickets(user: Any) -> Counted | None:
    """What is in nobody's hands or in this person's; for whoever only asks, what they are to confirm."""
    tickets = Ticket.objects.present()
    if allows(user, "ticket.accept"):
        queue = tickets.unassigned()
        return Counted(tickets.filter(Q(status=Ticket.Status.NEW) | Q(assignee=user, status__in=OPENED)), hot=queue)
    if allows(user, "ticket.create"):
        confirm = tickets.filter(creator=user, status=Ticket.Status.RESOLVED)
        return Counted(confirm, hot=confirm)
    return None
