from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.models import Duty, DutyQuerySet, EscalationPolicy, Incident
from workflow.filters import ChoicesFilter, MomentFilter, NamedOrdering


class DutyFilter(django_filters.FilterSet):
    person = django_filters.ModelChoiceFilter(queryset=User.objects.people(), help_text=_("Duties of this person."))
    after = MomentFilter(field_name="finish", lookup_expr="gt", help_text=_("Ending after this moment."))
    before = MomentFilter(field_name="start", lookup_expr="lt", help_text=_("Beginning before this moment."))
    substitutions = django_filters.BooleanFilter(method="kind", help_text=_("Substitutions alone, or duties alone."))
    ordering = NamedOrdering({"start": _("from"), "finish": _("to"), "id": _("number")})

    class Meta:
        model = Duty
        fields: list[str] = []

    def kind(self, rows: DutyQuerySet, name: str, value: Any) -> DutyQuerySet:
        return rows.substitutions() if value else rows.shifts()


class PolicyFilter(django_filters.FilterSet):
    severity = ChoicesFilter(choices=Incident.Severity.choices, help_text=_("Chains from these severities on."))
    enabled = django_filters.BooleanFilter(help_text=_("In force, or switched off."))

    class Meta:
        model = EscalationPolicy
        fields: list[str] = []
