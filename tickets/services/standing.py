"""What holds before anything may be done to a ticket, and who may have one."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import allows, require
from tickets.models import Ticket
from workflow.actor import Actor
from workflow.models import Conflict, MoveRefused
from workflow.refusals import invalid


def locked_for(ticket: Ticket, verb: str, *, by: Actor) -> Ticket:
    """Lock the ticket for a verb and return it as it stands.

    What the caller saw decides whether they may (PermissionDenied); what happened meanwhile is a Conflict.
    """
    require(by.user, f"ticket.{verb}", ticket)
    row = ticket.locked()
    row.expect_present()
    expect_unmerged(row)
    if not allows(by.user, f"ticket.{verb}", row):
        raise MoveRefused(row, row.status, _("Somebody else was faster: look at it again."))
    for name in ("assignee_id", "accepted_at", "waiting_since"):  # the status stays: a stale copy loses its move
        setattr(ticket, name, getattr(row, name))
    return row


def expect_unmerged(ticket: Ticket) -> None:
    """Raise Conflict for a merged ticket: what is to be said and done belongs to the other one."""
    if ticket.merged_into is not None:
        number = ticket.merged_into.number
        raise Conflict(ticket, _("It was merged into %(number)s. Go on there.") % {"number": number})


def works_on_tickets(user: Any) -> bool:
    return allows(user, "ticket.resolve")


def require_technician(user: User) -> None:
    if user.is_system or not works_on_tickets(user):
        words = _("%(name)s does not work on tickets.") % {"name": user.name}
        raise invalid("assignee", words)
