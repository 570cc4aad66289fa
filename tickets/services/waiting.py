"""While the technicians wait for the creator, promises stand still."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.models import Pause, Ticket
from tickets.models.ticket import IN_WORK
from tickets.notifications import WAITING, tell_creator
from tickets.services.standing import locked_for
from tickets.sla.keeping import keep
from workflow.actor import Actor
from workflow.models import Conflict


@transaction.atomic
def wait(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """Ask the creator for something; until they answer nobody is late."""
    row = locked_for(ticket, "wait", by=by)
    if row.status not in IN_WORK:
        raise Conflict(row, _("Only a ticket in work can wait for its creator."))
    if row.waiting_since is not None:
        raise Conflict(row, _("It waits for the creator already."))
    now = timezone.now()
    ticket.change(verb="wait", by=by, note=note, waiting_since=now)
    Pause.objects.create(ticket=ticket, start=now)
    keep(ticket)
    tell_creator(WAITING, ticket, by=by, note=note)


@transaction.atomic
def resume(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """Go on without an answer."""
    row = locked_for(ticket, "wait", by=by)
    if row.waiting_since is None:
        raise Conflict(row, _("It does not wait for the creator."))
    go_on(ticket, by=by, note=note)


def go_on(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """End the pause, if one lasts."""
    if ticket.waiting_since is None:
        return
    end_pause(ticket)
    ticket.change(verb="resume", by=by, note=note, waiting_since=None)
    keep(ticket)


def end_pause(ticket: Ticket) -> None:
    """End the pause in its rows; the move that ends it clears `waiting_since`."""
    ticket.pauses.filter(finish=None).update(finish=timezone.now())
