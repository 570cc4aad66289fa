"""Filters that every list shares: moments, and an ordering that never leaves rows in doubt."""

from datetime import date, datetime, time
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from django_filters.fields import MultipleChoiceField


class MomentField(forms.Field):
    """A moment in ISO 8601; a date means its midnight, a time without an offset the reader's zone."""

    default_error_messages = {"invalid": _("A date or time is expected, for example 2026-07-23T18:45:00Z.")}

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            day = parse_date(value)
            moment = datetime.combine(day, time.min) if isinstance(day, date) else parse_datetime(value)
        except ValueError:
            moment = None
        if moment is None or not 1 < moment.year < 9999:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class MomentFilter(django_filters.Filter):
    field_class = MomentField


class ChoicesField(MultipleChoiceField):
    def to_python(self, value: Any) -> list[str]:
        """An empty one is what a form sends for “any”."""
        return [wanted for wanted in super().to_python(value) if wanted]


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """One or several of the choices."""

    field_class = ChoicesField


class YesFilter(django_filters.BooleanFilter):
    """`true` narrows by the queryset's method of the filter's name, anything else is the whole."""

    def filter(self, rows: Any, value: Any) -> Any:
        return getattr(rows, self.field_name or "")() if value else rows


class NamedOrdering(django_filters.OrderingFilter):
    """`?ordering=name` or `-name`; ties are broken by the newest id, so that pages never repeat a row.

    `by` maps a public name to the annotation it orders by (`with_<annotation>` of the queryset is called first).
    """

    def __init__(self, names: dict[str, Any], by: dict[str, str] | None = None, **kwargs: Any):
        self.by = by or {}
        self.names = names
        super().__init__(fields=[(name, name) for name in names], field_labels=names, **kwargs)

    def filter(self, rows: QuerySet[Any, Any], value: list[str] | None) -> QuerySet[Any, Any]:
        if not value:
            return rows
        wanted = str(value[0])
        name, down = wanted.lstrip("-"), "-" if wanted.startswith("-") else ""
        field = self.by.get(name, name)
        if field != name:
            rows = getattr(rows, f"with_{field}")()
        return rows.order_by(f"{down}{field}", "-pk") if name != "id" else rows.order_by(wanted)
