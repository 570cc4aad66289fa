"""What lists of the downtime journal can be narrowed by: the same for page, API and export."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField

from accounts import organisation
from accounts.models import User
from accounts.models.calendar import FIRST_YEAR, LAST_YEAR, year_message
from incidents.models import Incident
from suspensions.analytics.forms import LocalMomentField
from suspensions.models import (
    ProcessLimit,
    ProcessLimitQuerySet,
    Risk,
    RiskQuerySet,
    RiskSource,
    Suspension,
    SuspensionQuerySet,
    TechProcess,
    TechProcessQuerySet,
)
from workflow.filters import ChoicesFilter, MomentFilter, NamedOrdering
from workflow.search.filters import FullTextFilter

ORDERINGS = {
    "start": _("start"),
    "finish": _("finish"),
    "status": _("status"),
    "updated_at": _("changed"),
    "id": _("number"),
}


class CodeField(ModelChoiceField):
    """An entry of a dictionary by id or by code."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or value == self.null_value:
            return super().to_python(value)
        found = self.queryset.known_as(str(value))
        if found is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return found


class CodeFilter(django_filters.ModelChoiceFilter):
    field_class = CodeField


class PeriodFilter(MomentFilter):
    """An edge of a period; a date is its midnight where the organisation is, as in reports."""

    field_class = LocalMomentField


class DayField(forms.DateField):
    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(year_message(), code="invalid")
        return day


class DayFilter(django_filters.Filter):
    field_class = DayField


class SuspensionFilter(django_filters.FilterSet):
    """Drafts are listed only where they are asked for."""

    open = django_filters.BooleanFilter(
        method="running", help_text=_("true: still running; false: ended. What is announced is neither.")
    )
    status = ChoicesFilter(choices=Suspension.Status, help_text=_("May be repeated. Drafts only where asked for."))
    process = CodeFilter(queryset=TechProcess.objects.present(), help_text=_("Id or code."))
    risk_source = CodeFilter(queryset=RiskSource.objects.present(), help_text=_("Id or code."))
    author = django_filters.ModelChoiceFilter(queryset=User.objects.all())
    origin = ChoicesFilter(choices=Suspension.Origin, help_text=_("May be repeated."))
    kind = ChoicesFilter(choices=Suspension.Kind, help_text=_("May be repeated."))
    planned = django_filters.BooleanFilter(help_text=_("true: planned work only."))
    reportable = django_filters.BooleanFilter(help_text=_("true: reportable to the regulator only."))
    incident = django_filters.ModelChoiceFilter(queryset=Incident.objects.all())
    start_after = MomentFilter(field_name="start", lookup_expr="gte", help_text=_("From this moment on."))
    start_before = MomentFilter(field_name="start", lookup_expr="lt", help_text=_("Before this moment."))
    touches_after = PeriodFilter(
        method="lasting", help_text=_("Lasted at or after this moment, whenever it began: a period as reports have it.")
    )
    touches_before = PeriodFilter(field_name="start", lookup_expr="lt", help_text=_("Began before that period ended."))
    touches_until = DayFilter(method="begun", help_text=_("The last day of that period, where no moment is given."))
    search = django_filters.CharFilter(method="find", help_text=_("Words of its texts, or a number."))
    q = FullTextFilter("suspension")
    ordering = NamedOrdering(ORDERINGS)

    drafts = False  # where a page shows nothing else

    class Meta:
        model = Suspension
        fields: list[str] = []

    def find(self, rows: SuspensionQuerySet, name: str, value: Any) -> SuspensionQuerySet:
        return rows.matching(value)

    def running(self, rows: SuspensionQuerySet, name: str, value: bool) -> SuspensionQuerySet:
        if not value:
            return rows.filter(finish__isnull=False)
        return rows.filter(finish=None, start__lte=timezone.now()).exclude(status=Suspension.Status.CALLED_OFF)

    def lasting(self, rows: SuspensionQuerySet, name: str, value: datetime) -> SuspensionQuerySet:
        return rows.filter(Q(finish=None) | Q(finish__gt=value) | Q(start__gte=value))

    def begun(self, rows: SuspensionQuerySet, name: str, value: date) -> SuspensionQuerySet:
        following = datetime.combine(value + timedelta(days=1), time(), organisation.current().zone)
        return rows.filter(start__lt=following)

    def filter_queryset(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        rows = super().filter_queryset(queryset)
        return rows if self.drafts or self.form.cleaned_data["status"] else rows.exclude(status=Suspension.Status.DRAFT)


class ProcessFilter(django_filters.FilterSet):
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.all())
    criticality = ChoicesFilter(choices=TechProcess.Criticality, help_text=_("May be repeated."))
    search = django_filters.CharFilter(method="find", help_text=_("Words of its name, or a code or number."))

    class Meta:
        model = TechProcess
        fields: list[str] = []

    def find(self, rows: TechProcessQuerySet, name: str, value: Any) -> TechProcessQuerySet:
        return rows.matching(value)


class LimitFilter(django_filters.FilterSet):
    process = CodeFilter(queryset=TechProcess.objects.present(), help_text=_("Id or code."))
    status = ChoicesFilter(choices=ProcessLimit.Status, help_text=_("May be repeated."))
    on = django_filters.DateFilter(method="holding", help_text=_("In force on this date."))

    class Meta:
        model = ProcessLimit
        fields: list[str] = []

    def holding(self, rows: ProcessLimitQuerySet, name: str, value: Any) -> ProcessLimitQuerySet:
        return rows.in_force(value)


class RiskSourceFilter(django_filters.FilterSet):
    category = ChoicesFilter(choices=RiskSource.Category, help_text=_("May be repeated."))
    active = django_filters.BooleanFilter(field_name="is_active", help_text=_("true: offered for new cases."))

    class Meta:
        model = RiskSource
        fields: list[str] = []


class RiskFilter(django_filters.FilterSet):
    process = CodeFilter(field_name="processes", queryset=TechProcess.objects.present(), help_text=_("Id or code."))
    risk_source = CodeFilter(queryset=RiskSource.objects.present(), help_text=_("Id or code."))
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.all())
    status = ChoicesFilter(choices=Risk.Status, help_text=_("May be repeated."))
    method = ChoicesFilter(choices=Risk.Method, help_text=_("May be repeated."))
    search = django_filters.CharFilter(method="find", help_text=_("Words of title or measures, or a code."))
    ordering = NamedOrdering(
        {
            "code": _("code"),
            "residual": _("residual score"),
            "inherent": _("inherent score"),
            "next_review": _("next review"),
        },
        by={"residual": "residual", "inherent": "inherent"},
    )

    class Meta:
        model = Risk
        fields: list[str] = []

    def find(self, rows: RiskQuerySet, name: str, value: Any) -> RiskQuerySet:
        return rows.matching(value)
