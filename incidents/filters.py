"""What a list of incidents can be narrowed by: the same for page, API and export."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.models import Incident, IncidentQuerySet, Integration, Storm
from workflow.filters import ChoicesFilter, MomentFilter, NamedOrdering
from workflow.search.filters import FullTextFilter

ORDERINGS = {
    "created_at": _("created"),
    "updated_at": _("changed"),
    "severity": _("severity"),
    "status": _("status"),
    "id": _("number"),
}


class IncidentFilter(django_filters.FilterSet):
    status = ChoicesFilter(choices=Incident.Status, help_text=_("May be repeated."))
    source = ChoicesFilter(choices=Incident.Source, help_text=_("May be repeated."))
    severity = ChoicesFilter(choices=Incident.Severity, help_text=_("May be repeated."))
    assignee = django_filters.ModelChoiceFilter(queryset=User.objects.all(), null_label=_("nobody"), null_value="none")
    reporter = django_filters.ModelChoiceFilter(queryset=User.objects.all())
    integration = django_filters.ModelChoiceFilter(queryset=Integration.objects.all())
    storm = django_filters.ModelChoiceFilter(queryset=Storm.objects.all())
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte", help_text=_("From this moment on."))
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt", help_text=_("Before this moment."))
    search = django_filters.CharFilter(method="find", help_text=_("Words of title or description, or a number."))
    q = FullTextFilter("incident")
    ordering = NamedOrdering(ORDERINGS, by={"severity": "severity_rank", "status": "status_rank"})

    class Meta:
        model = Incident
        fields: list[str] = []

    def find(self, rows: IncidentQuerySet, name: str, value: Any) -> IncidentQuerySet:
        return rows.matching(value)
