"""Everything that can happen to a person and their sign-ins. Raises PermissionDenied or ValidationError."""

from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import tokens
from accounts.models import FailedSignIn, SignIn, User
from workflow.actor import Actor
from workflow.models import Event

OWN_FIELDS = {"first_name", "last_name", "patronymic", "time_zone", "language", "theme"}


def check_credentials(username: str, password: str, *, address: str | None, door: str) -> User | None:
    """Return who signs in, or None; a failure is written down for the lock-out."""
    user = authenticate(username=username, password=password)
    if user is None:
        FailedSignIn.objects.create(account=username.lower()[:254].replace("\0", ""), address=address, door=door)
    return user  # type: ignore[return-value]


@transaction.atomic
def sign_in(user: User, *, kind: str, device: str, address: str | None) -> SignIn:
    """Open a family of tokens or a browser session."""
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    return SignIn.objects.create(user=user, kind=kind, device=device[:300], address=address)


@transaction.atomic
def sign_out(sign_in_id: UUID, *, by: Actor) -> None:
    """End the sign-in with which the actor came, and its tokens."""
    found = by.user.sign_ins.alive().filter(pk=sign_in_id).first()
    if found:
        tokens.end(found, because="signed out")


@transaction.atomic
def register(*, mode: str, **fields: Any) -> User:
    """Create an account for a newcomer; by `mode` it is open at once, waits for an admin, or is refused."""
    if mode == "closed":
        raise PermissionDenied(_("Registration is closed. Ask an administrator for an invitation."))
    check_password_strength(fields["password"], User(**{**fields, "password": ""}))
    return User.objects.create_user(**fields, approved_at=timezone.now() if mode == "open" else None)


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


def edit_profile(user: User, *, by: Actor, **fields: Any) -> None:
    """Change one's own names and preferences."""
    unknown = fields.keys() - OWN_FIELDS
    if unknown or by.user != user:
        raise PermissionDenied(_("Only an administrator changes this."))
    user.change(verb="edit", by=by, **fields)


def check_password_strength(password: str, user: User, *, field: str = "password") -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.error_list}) from error
