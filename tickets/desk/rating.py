"""How content the creator is: a mark from 1 to 5, given while or after the ticket is closed."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.policy import require
from tickets.models import Ticket
from tickets.services.moving import close
from tickets.services.standing import expect_unmerged
from workflow.actor import Actor
from workflow.models import Conflict

RATED = {Ticket.Status.RESOLVED, Ticket.Status.CLOSED}


@transaction.atomic
def rate(ticket: Ticket, *, by: Actor, satisfaction: int, note: str = "") -> None:
    """Say how content one is; of a resolved ticket it confirms that it helped. Raises Conflict before that."""
    row = ticket.locked()
    require(by.user, "ticket.rate", row)
    row.expect_present()
    expect_unmerged(row)
    if row.status not in RATED:
        raise Conflict(row, _("It is not resolved yet: there is nothing to judge."))
    if row.status == Ticket.Status.RESOLVED:
        close(ticket, by=by)
    ticket.change(verb="rate", by=by, note=note, satisfaction=satisfaction, satisfaction_note=note)
