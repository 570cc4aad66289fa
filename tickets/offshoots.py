"""Tickets on the cards of incidents, and tasks on the cards of tickets."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.policy import allows
from incidents.models import Incident
from tasks.models import Task
from tickets.models import Ticket
from workflow.offshoots import Offshoot

MOST = 20


def tickets_of(incident: Incident, user: Any) -> list[Ticket]:
    return list(Ticket.objects.visible_to(user).present().filter(incident=incident).for_list()[:MOST])


def new_ticket(incident: Incident) -> str:
    return f"{reverse('tickets:create')}?{urlencode({'incident': incident.pk, 'title': incident.title})}"


def tasks_of(ticket: Ticket, user: Any) -> list[Task]:
    return list(Task.objects.visible_to(user).present().filter(grown_from__ticket=ticket).for_list()[:MOST])


def new_task(ticket: Ticket) -> str:
    return reverse("tickets:make-task", args=[ticket.pk])


def may_file(user: Any) -> bool:
    return allows(user, "ticket.create")


def may_escalate(user: Any) -> bool:
    return allows(user, "ticket.escalate")


OFFSHOOTS = [
    Offshoot("tickets", Incident, _("Tickets"), _("File a ticket"), "ticket", tickets_of, new_ticket, may_file),
    Offshoot("ticket-tasks", Ticket, _("Tasks"), _("Make a task"), "task", tasks_of, new_task, may_escalate),
]
