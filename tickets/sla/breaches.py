"""Promises that were broken: whose, by how much working time, and whether somebody still waits."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts import organisation
from accounts.models import User
from accounts.policy import grants
from tickets.models import Category, Ticket, TicketQuerySet
from tickets.sla.reckoning import State
from tickets.sla.standing import RESOLUTION, RESPONSE, Standing, columns, standings, whole_minutes
from tickets.sla.warnings import promised
from workflow.exports import Register, Row
from workflow.filters import ChoicesFilter, MomentFilter, NamedOrdering

BROKEN = (State.LATE, State.MISSED)


class Breach(NamedTuple):
    """A ticket with its broken promises."""

    ticket: Ticket
    promises: list[Standing]

    @property
    def response(self) -> Standing | None:
        return next((one for one in self.promises if one.name == RESPONSE), None)

    @property
    def resolution(self) -> Standing | None:
        return next((one for one in self.promises if one.name == RESOLUTION), None)


def breached(user: Any, at: datetime) -> TicketQuerySet:
    """Return the tickets with a broken promise whose record this reader may see: a technician their own."""
    rows = Ticket.objects.visible_to(user).counted().breached(at)
    return rows if "all" in grants(user, "ticket_record.see") else rows.filter(assignee=user)


class BreachFilter(django_filters.FilterSet):
    open = django_filters.BooleanFilter(method="still", help_text=gettext_lazy("true: somebody still waits."))
    priority = ChoicesFilter(choices=Ticket.Priority, help_text=gettext_lazy("May be repeated."))
    category = django_filters.ModelChoiceFilter(queryset=Category.objects.all())
    assignee = django_filters.ModelChoiceFilter(queryset=User.objects.all())
    created_after = MomentFilter(
        field_name="created_at", lookup_expr="gte", help_text=gettext_lazy("From this moment on.")
    )
    created_before = MomentFilter(
        field_name="created_at", lookup_expr="lt", help_text=gettext_lazy("Before this moment.")
    )
    ordering = NamedOrdering({"created_at": gettext_lazy("created"), "due_at": gettext_lazy("due")})

    class Meta:
        model = Ticket
        fields: list[str] = []

    def still(self, rows: TicketQuerySet, name: str, value: bool) -> TicketQuerySet:
        return rows.filter(late(timezone.now())) if value else rows.exclude(late(timezone.now()))


def late(at: datetime) -> Q:
    return Q(due_at__lt=at)


def judged(tickets: Iterable[Ticket], at: datetime) -> list[Breach]:
    working = organisation.working_time()
    return [
        Breach(ticket, [one for one in standings(columns(ticket), at, working) if one.state in BROKEN])
        for ticket in tickets
    ]


def header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    texts = [_("Number"), _("Title"), _("Priority"), _("Category"), _("Technician"), _("Status"), _("Promise")]
    return [
        *texts,
        f"{pgettext('tickets', 'Created')}, {zone}",
        f"{_('Due')}, {zone}",
        _("Late by, min"),
        _("Still waits"),
    ]


def lines(tickets: TicketQuerySet, at: datetime) -> Iterator[Row]:
    for breach in judged(tickets.iterator(chunk_size=2000), at):
        ticket = breach.ticket
        for one in breach.promises:
            yield [
                ticket.number, ticket.title, str(ticket.get_priority_display()), str(ticket.category or ""),
                ticket.assignee.name if ticket.assignee else "", str(ticket.get_status_display()),
                promised(one.name), ticket.created_at, one.due, -(whole_minutes(one) or 0),
                _("yes") if one.state == State.LATE else _("no"),
            ]  # fmt: skip


def register(tickets: TicketQuerySet, at: datetime) -> Register:
    return Register("ticket-breaches", header(), lines(tickets, at), tickets.order_by().count())
