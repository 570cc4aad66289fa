"""Tickets are filed, and what they say is corrected."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import require
from attachments.models import File
from incidents.models import Incident
from tickets.models import Category, Ticket, TicketWatcher
from tickets.models.ticket import OPENED
from tickets.notifications import tell_desk
from tickets.services.moving import give
from tickets.services.standing import expect_unmerged, works_on_tickets
from tickets.services.talking import attach
from tickets.sla.keeping import keep
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid

UNCHECKED = ["category", "creator", "assignee", "incident", "merged_into", "deleted_by"]
EDITABLE = {*OPENED, Ticket.Status.RESOLVED}


@transaction.atomic
def create(*, by: Actor, watchers: Sequence[User] = (), files: Sequence[File] = (), **fields: Any) -> Ticket:
    """File a ticket in the name of `by`; a category's default assignee has it at once, else the desk hears of it."""
    require(by.user, "ticket.create")
    expect_offered(fields.get("category"))
    expect_visible(fields.get("incident"), by=by)
    ticket = Ticket(creator=by.user, **fields)
    ticket.title, ticket.location = ticket.title.strip(), ticket.location.strip()
    ticket.clean_fields(exclude=UNCHECKED)
    ticket.save(force_insert=True)
    ticket.refresh_from_db()
    Event.record(ticket, by=by, verb="file", after={"status": ticket.status, "priority": ticket.priority})
    put_watchers(ticket, watchers)
    if files:
        attach(ticket, by=by, files=files)
    keep(ticket)
    usual = ticket.category.default_assignee if ticket.category else None
    if usual is not None and works_on_tickets(usual):
        give(ticket, by=by, assignee=usual)
    else:
        tell_desk(ticket, by=by)
    return ticket


@transaction.atomic
def revise(ticket: Ticket, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Change several things at once, the priority and what the ticket says, each by its own verb. All or nothing."""
    row = ticket.locked()
    priority = fields.pop("priority", None)
    wanted = priority is not None and priority != row.priority
    if fields or not wanted:
        require(by.user, "ticket.edit", row)
    if wanted:
        require(by.user, "ticket.priority", row)
    row.expect_version(version)
    if wanted:
        set_priority(ticket, by=by, priority=str(priority), note=note)
    if fields:
        edit(ticket, by=by, note=note, **fields)


@transaction.atomic
def edit(ticket: Ticket, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Correct what the ticket says: words, category, place, incident, who follows it."""
    row = editable(ticket, "edit", by=by)
    row.expect_version(version)
    if "category" in fields and fields["category"] != row.category:
        expect_offered(fields["category"])
    if "incident" in fields and fields["incident"] != row.incident:
        expect_visible(fields["incident"], by=by)
    watchers = fields.pop("watchers", None)
    fields |= {name: fields[name].strip() for name in ("title", "location") if name in fields}
    ticket.change(verb="edit", by=by, note=note, **fields)
    if watchers is not None and put_watchers(ticket, watchers):
        Event.record(ticket, by=by, verb="edit", after={"watchers": True}, note=note)
        ticket.touch()


@transaction.atomic
def set_priority(ticket: Ticket, *, by: Actor, priority: str, note: str = "") -> None:
    """Judge anew how soon it is needed."""
    editable(ticket, "priority", by=by)
    ticket.change(verb="priority", by=by, note=note, priority=priority)
    keep(ticket)


def editable(ticket: Ticket, verb: str, *, by: Actor) -> Ticket:
    """Lock it for a correction. Raises PermissionDenied, or Conflict when it is over."""
    row = ticket.locked()
    require(by.user, f"ticket.{verb}", row)
    row.expect_present()
    expect_unmerged(row)
    if row.status not in EDITABLE:
        raise Conflict(row, _("The ticket is over: nothing about it can be changed."))
    return row


def expect_offered(category: Category | None) -> None:
    if category is not None and (not category.is_active or category.deleted_at is not None):
        raise invalid("category", _("This category is not used any more."))


def expect_visible(incident: Incident | None, *, by: Actor) -> None:
    if incident is not None and not Incident.objects.visible_to(by.user).present().filter(pk=incident.pk).exists():
        raise invalid("incident", _("There is no such incident."))


def put_watchers(ticket: Ticket, people: Sequence[User]) -> bool:
    """Let exactly these people follow it; say whether that is a change."""
    wanted, now = {person.pk for person in people}, set(ticket.watchings.values_list("user", flat=True))
    ticket.watchings.filter(user__in=now - wanted).delete()
    TicketWatcher.objects.bulk_create([TicketWatcher(ticket=ticket, user_id=pk) for pk in sorted(wanted - now)])
    return wanted != now
