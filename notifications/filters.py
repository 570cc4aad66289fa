"""What notices and the outbox can be narrowed by: the same for page and API."""

import django_filters
from django.utils.translation import gettext_lazy as _

from notifications.channels import CHANNELS
from notifications.models import Delivery, Notice, NoticeQuerySet
from workflow.filters import MomentFilter

WAYS = [(name, channel.label) for name, channel in CHANNELS.items()]


class NoticeFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(method="unread_only", help_text=_("`true`: only what was not read yet."))
    kind = django_filters.CharFilter(help_text=_("Name of a kind, as the preferences list them."))
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte", help_text=_("From this moment on."))
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt", help_text=_("Before this moment."))

    class Meta:
        model = Notice
        fields: list[str] = []

    def unread_only(self, rows: NoticeQuerySet, name: str, value: bool) -> NoticeQuerySet:
        return rows.unread() if value else rows.exclude(read_at=None)


class OutboxFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=Delivery.State, help_text=_("May be repeated."))
    kind = django_filters.CharFilter("notice__kind", help_text=_("Name of a kind."))
    channel = django_filters.ChoiceFilter(choices=WAYS, help_text=_("Way out of the house."))
    created_after = MomentFilter("notice__created_at", "gte", help_text=_("From this moment on."))
    created_before = MomentFilter("notice__created_at", "lt", help_text=_("Before this moment."))

    class Meta:
        model = Delivery
        fields: list[str] = []
