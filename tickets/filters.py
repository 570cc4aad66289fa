"""What a list of tickets can be narrowed by: the same for page, API and export."""

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.models import Incident
from tickets.models import Category, Ticket, TicketQuerySet
from workflow.filters import ChoicesFilter, MomentFilter, NamedOrdering, YesFilter
from workflow.search.filters import FullTextFilter

ORDERINGS = {
    "created_at": _("created"),
    "updated_at": _("changed"),
    "priority": _("priority"),
    "due_at": _("due"),
    "status": _("status"),
    "id": _("number"),
}


class TicketOrdering(NamedOrdering):
    """By what is due, the nearest first, what nobody waits for stands last on every database."""

    def filter(self, rows: TicketQuerySet, value: list[str] | None) -> TicketQuerySet:
        return rows.by_due() if value and str(value[0]) == "due_at" else super().filter(rows, value)  # type: ignore[return-value]


class TicketFilter(django_filters.FilterSet):
    status = ChoicesFilter(choices=Ticket.Status, help_text=_("May be repeated."))
    priority = ChoicesFilter(choices=Ticket.Priority, help_text=_("May be repeated."))
    assignee = django_filters.ModelChoiceFilter(queryset=User.objects.all())
    creator = django_filters.ModelChoiceFilter(queryset=User.objects.all())
    category = django_filters.ModelMultipleChoiceFilter(
        queryset=Category.objects.all(), help_text=_("May be repeated.")
    )
    incident = django_filters.ModelChoiceFilter(queryset=Incident.objects.all())
    location = django_filters.CharFilter(field_name="location", lookup_expr="mentions", help_text=_("Part of it."))
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte", help_text=_("From this moment on."))
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt", help_text=_("Before this moment."))
    opened = YesFilter(field_name="opened", help_text=_("Neither resolved, closed nor cancelled."))
    unassigned = YesFilter(field_name="unassigned", help_text=_("Nobody has it."))
    late = YesFilter(field_name="late", help_text=_("Past what was promised."))
    due_after = MomentFilter(field_name="due_at", lookup_expr="gte", help_text=_("Due from this moment on."))
    due_before = MomentFilter(field_name="due_at", lookup_expr="lt", help_text=_("Due before this moment."))
    waiting = YesFilter(field_name="waiting", help_text=_("Waits for its creator."))
    search = django_filters.CharFilter(method="find", help_text=_("Words of title or description, or a number."))
    q = FullTextFilter("ticket")
    ordering = TicketOrdering(ORDERINGS, by={"priority": "priority_rank", "status": "status_rank"})

    class Meta:
        model = Ticket
        fields: list[str] = []

    def find(self, rows: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return rows.matching(value)
