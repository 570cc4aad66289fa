"""Passwords: changed by their owner, and how strong they must be."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import tokens
from accounts.models import User
from workflow.actor import Actor
from workflow.models import Event


@transaction.atomic
def change_password(user: User, *, by: Actor, current: str, new: str, keep: UUID | None = None) -> None:
    """Set an own new password and end every other session and token."""
    if not user.check_password(current):
        raise ValidationError({"current_password": _("This is not your current password.")}, code="invalid_password")
    check_password_strength(new, user, field="new_password")
    user.set_password(new)
    user.token_version += 1
    user.save(update_fields=["password", "token_version"])
    tokens.end_all(user, because="password changed", but=keep)
    Event.record(user, by=by, verb="change-password")


def check_password_strength(password: str, user: User, *, field: str = "password") -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.error_list}) from error
