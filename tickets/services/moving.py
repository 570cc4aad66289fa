"""The verbs that lead a ticket from new to closed."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policy import allows, require
from tickets.models import Pause, Ticket
from tickets.models.ticket import IN_WORK
from tickets.notifications import (
    ASSIGNED,
    CANCELLED,
    CLOSED,
    REOPENED,
    RESOLVED,
    STARTED,
    tell_creator,
    tell_desk_again,
    tell_followers,
)
from tickets.services.standing import locked_for, require_technician, works_on_tickets
from tickets.services.waiting import end_pause
from tickets.sla.keeping import keep
from workflow.actor import Actor
from workflow.models import Conflict, MoveRefused

Status = Ticket.Status
UNTOUCHED: dict[str, Any] = {"assigned_at": None, "accepted_at": None, "started_at": None, "waiting_since": None}
UNFINISHED: dict[str, Any] = {"resolved_at": None, "closed_at": None}


@transaction.atomic
def assign(ticket: Ticket, *, by: Actor, assignee: User | None, note: str = "") -> None:
    """Give the ticket to a technician, or back to the queue; whoever has it next accepts and starts it anew."""
    row = locked_for(ticket, "assign", by=by)
    if row.status not in {Status.NEW, *IN_WORK}:
        raise MoveRefused(row, Status.ASSIGNED)
    if assignee is not None:
        require_technician(assignee)
    if assignee == row.assignee:
        raise Conflict(row, _("It is so already."))
    give(ticket, by=by, assignee=assignee, note=note)


def give(ticket: Ticket, *, by: Actor, assignee: User | None, note: str = "", accepted: bool = False) -> None:
    """Change whose ticket it is, by a move or, between two who have not begun, without one."""
    fields = {**UNTOUCHED, "assigned_at": Now(), "accepted_at": Now() if accepted else None}
    to = Status.NEW if assignee is None else Status.ASSIGNED
    end_pause(ticket)
    verb = "accept" if accepted else "assign"
    if ticket.status != to:
        ticket.move(to, verb=verb, by=by, note=note, assignee=assignee, **(fields if assignee else UNTOUCHED))
    else:
        ticket.change(verb=verb, by=by, note=note, assignee=assignee)
        Ticket.objects.filter(pk=ticket.pk).update(**fields)
        ticket.refresh_from_db(fields=list(fields))
    keep(ticket)
    if assignee is not None:
        tell_followers(ASSIGNED, ticket, by=by, note=note)
    else:
        tell_desk_again(ticket, by=by, note=note)


def hand_over(ticket: Ticket, *, by: Actor, to: User, note: str = "") -> None:
    """Give it to somebody else together with whatever else its assignee had open."""
    assign(ticket, by=by, assignee=to, note=note)


@transaction.atomic
def accept(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """Say “I will do it”: takes one that nobody has, or confirms one that was assigned. A first response."""
    row = locked_for(ticket, "accept", by=by)
    if row.status not in {Status.NEW, Status.ASSIGNED}:
        raise MoveRefused(row, Status.ASSIGNED)
    if row.assignee_id != by.user.pk:
        give(ticket, by=by, assignee=by.user, note=note, accepted=True)
    elif row.is_accepted:
        raise MoveRefused(row, Status.ASSIGNED, _("It is accepted already."))
    else:
        ticket.change(verb="accept", by=by, note=note, accepted_at=timezone.now())
        tell_creator(STARTED, ticket, by=by, note=note)
    respond(ticket, by=by)


@transaction.atomic
def start(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """Say “I am on it”; starting accepts."""
    row = locked_for(ticket, "start", by=by)
    if row.status not in {Status.NEW, Status.ASSIGNED}:
        raise MoveRefused(row, Status.IN_PROGRESS)
    ticket.move(
        Status.IN_PROGRESS, verb="start", by=by, note=note, started_at=Now(), accepted_at=Coalesce("accepted_at", Now())
    )
    respond(ticket, by=by)
    tell_creator(STARTED, ticket, by=by, note=note)


@transaction.atomic
def resolve(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """Mark the work done; the creator says whether it helped."""
    finish(ticket, by=by, note=note)
    tell_followers(RESOLVED, ticket, by=by, note=note)


def finish(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """Resolve without a word to anybody: the caller tells them."""
    locked_for(ticket, "resolve", by=by)
    end_pause(ticket)
    ticket.move(Status.RESOLVED, verb="resolve", by=by, note=note, resolved_at=Now(), waiting_since=None)
    respond(ticket, by=by)
    keep(ticket)


@transaction.atomic
def close(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """Confirm that it helped: the creator, or a manager after checking."""
    locked_for(ticket, "close", by=by)
    ticket.move(Status.CLOSED, verb="close", by=by, note=note, closed_at=Now())
    tell_followers(CLOSED, ticket, by=by, note=note)


@transaction.atomic
def reopen(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """Say that it did not help: whoever had it has it, or the queue when they work on tickets no more."""
    row = locked_for(ticket, "reopen", by=by)
    if row.status not in {Status.RESOLVED, Status.CLOSED}:
        raise MoveRefused(row, Status.IN_PROGRESS, _("It is not finished: there is nothing to reopen."))
    expect_in_time(row, by=by)
    Pause.objects.create(ticket=ticket, start=row.resolved_at, finish=timezone.now())
    if row.assignee is not None and works_on_tickets(row.assignee):
        ticket.move(Status.IN_PROGRESS, verb="reopen", by=by, note=note, **UNFINISHED)
    else:
        ticket.move(Status.NEW, verb="reopen", by=by, note=note, assignee=None, **UNFINISHED, **UNTOUCHED)
    keep(ticket)
    tell_followers(REOPENED, ticket, by=by, note=note)
    if ticket.assignee is None:
        tell_desk_again(ticket, by=by, note=note)


def expect_in_time(ticket: Ticket, *, by: Actor) -> None:
    """Raise Conflict when its creator comes too late; whoever leads the desk may reopen at any time."""
    days = settings.TICKET_REOPEN_DAYS
    ended = ticket.closed_at or ticket.resolved_at
    leads = allows(by.user, "ticket.assign")
    if leads or ended is None or timezone.now() - ended <= timedelta(days=days):
        return
    words = ngettext(
        "It was finished more than %(days)s day ago: file a new ticket.",
        "It was finished more than %(days)s days ago: file a new ticket.",
        days,
    )
    raise Conflict(ticket, words % {"days": days})


@transaction.atomic
def cancel(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    """Give it up: it is needed no more."""
    locked_for(ticket, "cancel", by=by)
    end_pause(ticket)
    ticket.move(Status.CANCELLED, verb="cancel", by=by, note=note, cancelled_at=Now(), waiting_since=None)
    keep(ticket)
    tell_followers(CANCELLED, ticket, by=by, note=note)


@transaction.atomic
def delete(ticket: Ticket, *, by: Actor, note: str) -> None:
    """Hide it from everybody, for a reason; an administrator can bring it back."""
    require(by.user, "ticket.delete", ticket)
    ticket.hide(by=by, note=note)
    keep(ticket)


@transaction.atomic
def undelete(ticket: Ticket, *, by: Actor, note: str = "") -> None:
    require(by.user, "ticket.undelete", ticket)
    ticket.unhide(by=by, note=note)
    keep(ticket)


def respond(ticket: Ticket, *, by: Actor) -> None:
    """Note the first word or deed of somebody else that reached the creator."""
    if ticket.first_response_at is None and by.user.pk != ticket.creator_id:
        Ticket.objects.filter(pk=ticket.pk, first_response_at=None).update(first_response_at=Now())
        ticket.refresh_from_db(fields=["first_response_at"])
        keep(ticket)
