"""What lists of integrations and messages can be narrowed by: the same for page and API."""

from typing import Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.models import Integration, IntegrationQuerySet, Message
from workflow.filters import ChoicesFilter, MomentFilter
from workflow.search import words

STATES = [
    ("active", _("accepts messages")),
    ("paused", _("paused")),
    ("expired", _("expired")),
    ("withdrawn", _("withdrawn")),
]


class IntegrationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=STATES, method="in_state")
    format = ChoicesFilter(choices=Integration.Format, help_text=_("May be repeated."))
    search = django_filters.CharFilter(method="find", help_text=_("Words of the name."))

    class Meta:
        model = Integration
        fields: list[str] = []

    def in_state(self, rows: IntegrationQuerySet, name: str, value: str) -> IntegrationQuerySet:
        return rows.in_state(value, timezone.now())

    def find(self, rows: IntegrationQuerySet, name: str, value: Any) -> IntegrationQuerySet:
        for word in words(value):
            rows = rows.filter(name__mentions=word)
        return rows if words(value) else rows.none()


class MessageFilter(django_filters.FilterSet):
    state = ChoicesFilter(choices=Message.State, help_text=_("May be repeated."))
    integration = django_filters.ModelChoiceFilter(queryset=Integration.objects.all())
    received_after = MomentFilter(field_name="received_at", lookup_expr="gte", help_text=_("From this moment on."))
    received_before = MomentFilter(field_name="received_at", lookup_expr="lt", help_text=_("Before this moment."))

    class Meta:
        model = Message
        fields: list[str] = []
