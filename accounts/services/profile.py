"""What people say about themselves."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts import identity
from accounts.models import User
from workflow.actor import Actor

OWN_FIELDS = {"first_name", "last_name", "patronymic", "time_zone", "language", "theme"}


def edit_profile(user: User, *, by: Actor, **fields: Any) -> None:
    """Change one's own names and preferences."""
    unknown = fields.keys() - OWN_FIELDS
    if unknown or by.user != user:
        raise PermissionDenied(_("Only an administrator changes this."))
    user.change(verb="edit", by=by, **fields)
    identity.forget_person(user)
