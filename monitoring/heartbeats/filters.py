from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from monitoring.models import Heartbeat, HeartbeatQuerySet
from workflow.filters import NamedOrdering
from workflow.search import words


class HeartbeatFilter(django_filters.FilterSet):
    down = django_filters.BooleanFilter(field_name="is_down", help_text=_("Missed, or not."))
    enabled = django_filters.BooleanFilter(help_text=_("Watched, or switched off."))
    search = django_filters.CharFilter(method="find", help_text=_("Words of the name."))
    ordering = NamedOrdering({"name": _("name"), "last_ping_at": _("last ping"), "id": _("number")})

    class Meta:
        model = Heartbeat
        fields: list[str] = []

    def find(self, rows: HeartbeatQuerySet, name: str, value: Any) -> HeartbeatQuerySet:
        for word in words(value):
            rows = rows.filter(name__mentions=word)
        return rows
