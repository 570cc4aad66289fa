"""What a list of tasks can be narrowed by: the same for page, API and export."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from incidents.models import Incident
from suspensions.models import Suspension, TechProcess
from tasks.models import Task, TaskQuerySet
from workflow.filters import ChoicesFilter, MomentFilter, NamedOrdering, YesFilter
from workflow.search.filters import FullTextFilter

ORDERINGS = {
    "deadline": _("deadline"),
    "start": pgettext_lazy("task", "start"),
    "priority": _("priority"),
    "created_at": _("created"),
    "updated_at": _("changed"),
    "id": _("number"),
}


class DayFilter(MomentFilter):
    """A day given as a date or as a moment of it."""

    def filter(self, rows: Any, value: Any) -> Any:
        return super().filter(rows, value.date() if value else value)


class TaskFilter(django_filters.FilterSet):
    status = ChoicesFilter(choices=Task.Status, help_text=_("May be repeated."))
    priority = ChoicesFilter(choices=Task.Priority, help_text=_("May be repeated."))
    author = django_filters.ModelChoiceFilter(queryset=User.objects.all())
    executor = django_filters.ModelChoiceFilter(queryset=User.objects.all())
    process = django_filters.ModelChoiceFilter(queryset=TechProcess.objects.all())
    incident = django_filters.ModelChoiceFilter(queryset=Incident.objects.all())
    suspension = django_filters.ModelChoiceFilter(queryset=Suspension.objects.all())
    deadline_after = DayFilter(field_name="deadline", lookup_expr="gte", help_text=_("From this day on."))
    deadline_before = DayFilter(field_name="deadline", lookup_expr="lt", help_text=_("Before this day."))
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte", help_text=_("From this moment on."))
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt", help_text=_("Before this moment."))
    overdue = YesFilter(field_name="overdue", help_text=_("Past the deadline and not reported done."))
    opened = YesFilter(field_name="opened", help_text=_("Neither accepted nor cancelled."))
    search = django_filters.CharFilter(method="find", help_text=_("Words of title or description, or a number."))
    q = FullTextFilter("task")
    ordering = NamedOrdering(ORDERINGS, by={"priority": "priority_rank"})

    class Meta:
        model = Task
        fields: list[str] = []

    def find(self, rows: TaskQuerySet, name: str, value: Any) -> TaskQuerySet:
        return rows.matching(value)
