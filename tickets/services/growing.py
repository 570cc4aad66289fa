"""What grows out of a ticket: an incident with its text and files, tasks; and a ticket in place of an incident."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import require
from incidents import services as incidents
from incidents.models import Incident, IncidentFile
from incidents.models.incident import DESCRIPTION_LIMIT
from tasks import services as tasks
from tasks.models import Task, TaskFile
from tickets.models import Ticket, TicketFile, TicketTask
from tickets.services.setting import create
from tickets.services.standing import locked_for
from workflow.actor import Actor
from workflow.models import Conflict, Event, MoveRefused


@transaction.atomic
def make_incident(ticket: Ticket, *, by: Actor, severity: str = "", note: str = "") -> Incident:
    """Report what the ticket tells as an incident, with its files; both then point to each other."""
    row = growing(ticket, by=by)
    if row.incident is not None:
        raise Conflict(row, _("It belongs to %(number)s already.") % {"number": row.incident.number})
    incident = incidents.report(
        by=by, title=row.title, description=told(row)[:DESCRIPTION_LIMIT], severity=severity or row.priority
    )
    for held in row.files.select_related("file"):
        IncidentFile.objects.create(incident=incident, file=held.file)
    ticket.change(verb="escalate", by=by, note=note, incident=incident)
    return incident


@transaction.atomic
def make_task(
    ticket: Ticket, *, by: Actor, executor: User, deadline: date, title: str = "", description: str = "", **fields: Any
) -> Task:
    """Set a task that the ticket asks for, with its text and files."""
    row = growing(ticket, by=by)
    task = tasks.create(
        by=by,
        executor=executor,
        deadline=deadline,
        title=title or row.title,
        description=description or told(row),
        priority=fields.pop("priority", row.priority),
        incident=row.incident,
        **fields,
    )
    TicketTask.objects.create(ticket=ticket, task=task)
    for held in row.files.select_related("file"):
        TaskFile.objects.create(task=task, file=held.file)
    # Who sees the ticket need not see the task.
    Event.record(ticket, by=by, verb="grow-task", after={"task": {"id": task.pk, "name": str(task)}}, internal=True)
    return task


@transaction.atomic
def replace_incident(incident: Incident, *, by: Actor) -> Ticket:
    """File what was reported as an incident, and close that; both then point to each other. Only before it is taken."""
    row = incident.locked()
    require(by.user, "incident.close", row)
    if row.status != Incident.Status.OPEN:
        raise MoveRefused(row, Incident.Status.CLOSED, _("It is not open any more: it stays an incident."))
    ticket = create(by=by, title=row.title, description=row.description, priority=row.severity, incident=row)
    for held in row.files.select_related("file"):
        TicketFile.objects.create(ticket=ticket, file=held.file)
    incidents.close(row, by=by, note=_("It is a ticket: %(number)s") % {"number": ticket.number})
    return ticket


def growing(ticket: Ticket, *, by: Actor) -> Ticket:
    """Lock a ticket that something is to grow out of. Raises MoveRefused when it is over."""
    row = locked_for(ticket, "escalate", by=by)
    if "escalate" not in row.possible_verbs():
        raise MoveRefused(row, row.status, _("%(number)s is over: reopen it first.") % {"number": row.number})
    return row


def told(ticket: Ticket) -> str:
    """Return the text of the ticket with its place and number."""
    parts = [ticket.description or ticket.title, ticket.location, ticket.number]
    return "\n\n".join(part for part in parts if part)
