"""What the lists of people and invitations can be narrowed by: the same for page and API."""

from typing import Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Role, Standing, User
from accounts.models.invitation import InvitationQuerySet
from accounts.models.user import UserQuerySet
from workflow.filters import NamedOrdering

ORDERINGS = {
    "last_name": _("person"),
    "username": _("username"),
    "email": _("e-mail"),
    "created_at": _("created"),
    "last_login": _("last sign-in"),
    "id": _("number"),
}


class PersonFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", help_text=_("Part of a name, username or e-mail."))
    standing = django_filters.MultipleChoiceFilter(
        choices=Standing, method="stand", help_text=_("May be repeated. Only administrators see others than active.")
    )
    role = django_filters.MultipleChoiceFilter(choices=Role, help_text=_("May be repeated."))
    department = django_filters.CharFilter(lookup_expr="icontains", help_text=_("Part of the department."))
    ordering = NamedOrdering(ORDERINGS)

    class Meta:
        model = User
        fields: list[str] = []

    def find(self, rows: UserQuerySet, name: str, value: Any) -> UserQuerySet:
        return rows.matching(value)

    def stand(self, rows: UserQuerySet, name: str, value: list[str]) -> UserQuerySet:
        found = rows.none()
        for standing in value:
            found |= rows.standing(standing)
        return found if value else rows


class InvitationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Invitation.State, method="stand", help_text=_("Where it stands."))
    search = django_filters.CharFilter(field_name="email", lookup_expr="icontains", help_text=_("Part of the e-mail."))

    class Meta:
        model = Invitation
        fields: list[str] = []

    def stand(self, rows: InvitationQuerySet, name: str, value: str) -> InvitationQuerySet:
        return rows.in_state(value, timezone.now())
