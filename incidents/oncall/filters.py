from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.models import Duty, DutyQuerySet
from workflow.filters import MomentFilter, NamedOrdering


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
