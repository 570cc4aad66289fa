"""Which ticket comes next for whoever works through them: those that wait for this person, the most urgent first."""

from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tickets.lists import is_desk, pressing
from tickets.models import Ticket

MOST = 200  # of the queue that is looked at


class Place(NamedTuple):
    """The neighbours of a ticket in the queue of a person; of one that is not in it the first is the next."""

    previous: int | None = None
    next: int | None = None


def queue_of(user: Any) -> list[int]:
    """Return what this person can do something about now: what waits for its creator waits for nobody here."""
    return list(pressing(user).filter(waiting_since=None).values_list("pk", flat=True)[:MOST])


def place_of(user: Any, ticket: Ticket) -> Place:
    return among(queue_of(user), ticket.pk) if is_desk(user) else Place()


def among(queue: list[int], pk: int) -> Place:
    if pk not in queue:
        return Place(next=queue[0] if queue else None)
    here = queue.index(pk)
    return Place(queue[here - 1] if here else None, queue[here + 1] if here + 1 < len(queue) else None)


def onward(user: Any, ticket: Ticket, told: str) -> SafeString | str:
    """Return what was done to a ticket, with a link to the next one."""
    rows = pressing(user).filter(waiting_since=None).exclude(pk=ticket.pk) if is_desk(user) else None
    following = rows.first() if rows is not None else None
    if following is None:
        return told
    words = _("Next: %(number)s") % {"number": following.number}
    return format_html('{} <a href="{}">{}</a>', told, following.get_absolute_url(), words)
