"""Every message that a ticket can send, and to whom: an internal word never to a plain user."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policy import allows, holders
from notifications.kinds import Kind
from notifications.services import notify
from tickets.models import Ticket, TicketWatcher
from workflow.actor import Actor

EXCERPT = 1000  # characters of a comment
EXAMPLE = {"ticket": "TKT-588 Не печатает принтер", "assignee": "Илья Орлов", "said": "Илья Орлов"}


def works(user: Any) -> bool:
    return allows(user, "ticket.resolve")


def kind(name: str, label: Any, title: Any, body: Any = "%(said)s", **options: Any) -> Kind:
    return Kind(f"ticket.{name}", label, title, body=body, example=EXAMPLE, **options)


ASSIGNED = kind("assigned", _("Ticket assigned"), _("Assigned to %(assignee)s: %(ticket)s"))
STARTED = kind("started", _("My ticket taken into work"), _("%(assignee)s is on it: %(ticket)s"))
WAITING = kind("waiting", _("My answer awaited"), _("The technicians wait for your answer: %(ticket)s"))
COMMENTED = kind("commented", _("Ticket commented"), _("Comment: %(ticket)s"))
NOTED = kind("noted", _("Ticket commented internally"), _("Internal comment: %(ticket)s"), shown_to=works)
RESOLVED = kind("resolved", _("Ticket resolved"), _("Resolved: %(ticket)s"))
REOPENED = kind("reopened", _("Ticket reopened"), _("Reopened: %(ticket)s"))
CLOSED = kind("closed", _("Ticket closed"), _("Closed: %(ticket)s"))
CANCELLED = kind("cancelled", _("Ticket cancelled"), _("Cancelled: %(ticket)s"))
MERGED = kind("merged", _("Ticket merged"), _("Merged with another one: %(ticket)s"))
KINDS = [ASSIGNED, STARTED, WAITING, COMMENTED, NOTED, RESOLVED, REOPENED, CLOSED, CANCELLED, MERGED]


def following(ticket: Ticket) -> Q:
    """The creator, whoever has it, and those who follow it: all of them see it."""
    watching = Q(pk__in=TicketWatcher.objects.filter(ticket=ticket).values("user"))
    return Q(pk__in=[ticket.creator_id, ticket.assignee_id]) | watching


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
    notify(people, kind=kind, subject=ticket, context={"ticket": ticket, "assignee": assignee, "said": said}, by=by)
