"""A ticket as it stands in a chat: the notice of it, with what its reader may press."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.policy import allows
from notifications.cards import Buttons, Card, Shown
from tickets.models import Ticket

MARKS = range(1, 6)
Status = Ticket.Status


def shown(ticket: Ticket) -> Shown:
    return Shown(str(ticket), ticket.get_status_display(), ticket.get_absolute_url())


def standing(ticket: Ticket) -> str:
    """Return in a line where it stands and who has it."""
    status = ticket.get_status_display()
    return f"{status}, {ticket.assignee.name}" if ticket.assignee else status


def buttons(ticket: Ticket, reader: Any) -> Buttons:
    """Return the verbs of this reader, and the marks in a row of their own."""
    words = {"accept": _("Accept"), "resolve": _("Resolve"), "close": _("It helped"), "reopen": _("It did not help")}
    verbs = offered(ticket, reader)
    row = [(label, f"ticket:{verb}:{ticket.pk}") for verb, label in words.items() if verb in verbs]
    marks = [(f"⭐ {mark}", f"ticket:rate:{ticket.pk}:{mark}") for mark in MARKS] if "rate" in verbs else []
    return [buttons for buttons in (row, marks) if buttons]


def offered(ticket: Ticket, reader: Any) -> set[str]:
    """Return the verbs that this reader may press now; in a group, where each would have others, nobody has any."""
    if reader is None:
        return set()
    wanted = of_technician(ticket, reader) | of_creator(ticket, reader)
    return {verb for verb in wanted & ticket.possible_verbs() if allows(reader, f"ticket.{verb}", ticket)}


def of_technician(ticket: Ticket, reader: Any) -> set[str]:
    """What nobody has yet, or the reader has: taking it from somebody else is for the page, where one sees who."""
    return {"accept", "resolve"} if ticket.assignee_id in {None, reader.pk} else set()


def of_creator(ticket: Ticket, reader: Any) -> set[str]:
    """Whether it helped while that is the question, and a mark until there is one."""
    if ticket.creator_id != reader.pk:
        return set()
    verdict = {"close", "reopen"} if ticket.status == Status.RESOLVED else set()
    return verdict | ({"rate"} if ticket.satisfaction is None else set())


CARD = Card(shown, buttons)
