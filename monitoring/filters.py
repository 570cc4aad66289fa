"""What lists of probes and outages can be narrowed by."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from monitoring.causes import Cause
from monitoring.models import Outage, TargetGroup, TargetGroupQuerySet
from suspensions.models import TechProcess
from workflow.filters import ChoicesFilter, MomentFilter, NamedOrdering
from workflow.search import words


class ProbeFilter(django_filters.FilterSet):
    enabled = django_filters.BooleanFilter(help_text=_("Watched, or switched off."))
    process = django_filters.ModelChoiceFilter(queryset=TechProcess.objects.present())
    search = django_filters.CharFilter(method="find", help_text=_("Words of the name."))
    ordering = NamedOrdering({"name": _("name"), "created_at": _("created"), "id": _("number")})

    class Meta:
        model = TargetGroup
        fields: list[str] = []

    def find(self, rows: TargetGroupQuerySet, name: str, value: Any) -> TargetGroupQuerySet:
        for word in words(value):
            rows = rows.filter(name__mentions=word)
        return rows


class OutageFilter(django_filters.FilterSet):
    open = django_filters.BooleanFilter(
        field_name="finish", lookup_expr="isnull", help_text=_("Still lasting, or over.")
    )
    group = django_filters.ModelChoiceFilter(queryset=TargetGroup.objects.all())
    cause = ChoicesFilter(choices=Cause, help_text=_("May be repeated."))
    start_after = MomentFilter(field_name="start", lookup_expr="gte", help_text=_("From this moment on."))
    start_before = MomentFilter(field_name="start", lookup_expr="lt", help_text=_("Before this moment."))
    ordering = NamedOrdering({"start": _("start"), "finish": _("finish"), "id": _("number")})

    class Meta:
        model = Outage
        fields: list[str] = []
