"""What the list of backups can be narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from monitoring.models import Backup
from workflow.filters import ChoicesFilter, MomentFilter, NamedOrdering


class BackupFilter(django_filters.FilterSet):
    state = ChoicesFilter(choices=Backup.State.choices, help_text=_("May be repeated."))
    taken_after = MomentFilter(field_name="taken_at", lookup_expr="gte", help_text=_("From this moment on."))
    taken_before = MomentFilter(field_name="taken_at", lookup_expr="lt", help_text=_("Before this moment."))
    ordering = NamedOrdering({"created_at": _("created"), "taken_at": _("as of"), "size": _("size"), "id": _("number")})

    class Meta:
        model = Backup
        fields: list[str] = []
