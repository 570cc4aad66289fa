"""Every message that a ticket can send, and to whom: an internal word never to a plain user."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.policy import allows, holders
from notifications.kinds import APP, EMAIL, Kind
from notifications.services import notify
from tickets.models import Ticket, TicketWatcher
from workflow.actor import Actor

EXCERPT = 1000  # characters of a comment
URGENT = {Ticket.Priority.HIGH, Ticket.Priority.CRITICAL}
BY_LETTER = frozenset({APP, EMAIL})  # what waits for an answer must reach whoever has no Telegram
EXAMPLE = {
    "ticket": "TKT-588 Не печатает принтер",
    "assignee": "Илья Орлов",
    "said": "Илья Орлов",
    "priority": pgettext_lazy("priority", "high"),
}


def works(user: Any) -> bool:
    return allows(user, "ticket.resolve")


def takes(user: Any) -> bool:
    return allows(user, "ticket.accept")


def kind(name: str, label: Any, title: Any, body: Any = "%(said)s", **options: Any) -> Kind:
    return Kind(f"ticket.{name}", label, title, body=body, example=EXAMPLE, **options)


FILED = kind("filed", _("Ticket filed that nobody has"), _("New ticket: %(ticket)s"), shown_to=takes)
FILED_URGENTLY = kind(
    "filed-urgently",
    _("Ticket of high or critical priority filed that nobody has"),
    _("New ticket of %(priority)s priority: %(ticket)s"),
    channels=BY_LETTER,
    shown_to=takes,
)
BACK = kind("back", _("Ticket back in the queue"), _("Back in the queue: %(ticket)s"), shown_to=takes)
ASSIGNED = kind("assigned", _("Ticket assigned"), _("Assigned to %(assignee)s: %(ticket)s"))
STARTED = kind("started", _("My ticket taken into work"), _("%(assignee)s is on it: %(ticket)s"))
WAITING = kind(
    "waiting",
    _("My answer awaited"),
    _("The technicians wait for your answer: %(ticket)s"),
    channels=BY_LETTER,
)
COMMENTED = kind("commented", _("Ticket commented"), _("Comment: %(ticket)s"))
NOTED = kind("noted", _("Ticket commented internally"), _("Internal comment: %(ticket)s"), shown_to=works)
RESOLVED = kind("resolved", _("Ticket resolved"), _("Resolved: %(ticket)s"), channels=BY_LETTER)
REOPENED = kind("reopened", _("Ticket reopened"), _("Reopened: %(ticket)s"))
CLOSED = kind("closed", _("Ticket closed"), _("Closed: %(ticket)s"))
CANCELLED = kind("cancelled", _("Ticket cancelled"), _("Cancelled: %(ticket)s"))
MERGED = kind("merged", _("Ticket merged"), _("Merged with another one: %(ticket)s"))
KINDS = [
    FILED, FILED_URGENTLY, BACK, ASSIGNED, STARTED, WAITING, COMMENTED, NOTED, RESOLVED, REOPENED, CLOSED, CANCELLED,
    MERGED,
]  # fmt: skip


def following(ticket: Ticket) -> Q:
    """The creator, whoever has it, and those who follow it: all of them see it."""
    watching = Q(pk__in=TicketWatcher.objects.filter(ticket=ticket).values("user"))
    return Q(pk__in=[ticket.creator_id, ticket.assignee_id]) | watching


def tell_desk(ticket: Ticket, *, by: Actor) -> None:
    """Tell everybody who may take it that it waits: what is urgent by letter as well."""
    kind = FILED_URGENTLY if ticket.priority in URGENT else FILED
    send(kind, holders("ticket.accept"), ticket, by, ticket.description)


def tell_desk_again(ticket: Ticket, *, by: Actor, note: str) -> None:
    """Tell everybody who may take it that nobody has it any more; whoever follows it has been told why."""
    send(BACK, holders("ticket.accept").exclude(following(ticket)), ticket, by, note)


def tell_followers(kind: Kind, ticket: Ticket, *, by: Actor, note: str = "") -> None:
    send(kind, User.objects.active().filter(following(ticket)), ticket, by, note)


def tell_insiders(kind: Kind, ticket: Ticket, *, by: Actor, note: str) -> None:
    """Tell those followers who may read what is internal."""
    send(kind, holders("timeline.internal").filter(following(ticket)), ticket, by, note)


def tell_creator(kind: Kind, ticket: Ticket, *, by: Actor, note: str = "") -> None:
    send(kind, User.objects.active().filter(pk=ticket.creator_id), ticket, by, note)


def send(kind: Kind, people: QuerySet[User], ticket: Ticket, by: Actor, note: str) -> None:
    said = f"{by.label}: {note[:EXCERPT]}" if note else by.label
    assignee = ticket.assignee.name if ticket.assignee else "—"
    priority = Ticket.Priority(ticket.priority).label
    context = {"ticket": ticket, "assignee": assignee, "said": said, "priority": priority}
    notify(people, kind=kind, subject=ticket, context=context, by=by)
