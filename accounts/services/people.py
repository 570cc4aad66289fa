"""What administrators do with accounts: create, edit, give a role, deactivate and bring back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import identity, tokens
from accounts.models import Role, Standing, User
from accounts.policy import require
from accounts.services.managing import require_manager
from accounts.services.passwords import check_password_strength
from accounts.services.registration import decide
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid

CARD_FIELDS = {
    "username", "email", "first_name", "last_name", "patronymic", "department", "time_zone", "language",
}  # fmt: skip


@transaction.atomic
def create_person(*, by: Actor, password: str | None = None, **fields: Any) -> User:
    """Create an account that is open at once. A password given here must be changed at the first sign-in."""
    require(by.user, "user.manage")
    if password:
        check_password_strength(password, User(**fields))
    user = User.objects.create_user(**fields, password=password or None, must_change_password=bool(password))
    Event.record(user, by=by, verb="create", after={"username": user.username, "role": user.role})
    return user


@transaction.atomic
def edit_person(
    user: User, *, by: Actor, version: int | None = None, note: str = "", role: str | None = None, **fields: Any
) -> None:
    """Change what stands on the card; a `role` is given by its own verb, and stays as it is unless there is one."""
    require_manager(user, by=by)
    if unknown := fields.keys() - CARD_FIELDS:
        raise PermissionDenied(", ".join(sorted(unknown)))
    user.locked().expect_version(version)
    user.change(verb="edit", by=by, note=note, **fields)
    if role is not None:
        set_role(user, by=by, role=role, note=note)
    identity.forget_person(user)


@transaction.atomic
def set_role(user: User, *, by: Actor, role: str, note: str = "") -> None:
    """Give a role; all tokens and sessions of the old one end. Nobody raises their own. Raises Conflict."""
    require_manager(user, by=by)
    if role not in Role.values:
        raise invalid("role", _("There is no such role."), "invalid_choice")
    user.refresh_from_db(fields=["role"])  # whoever was quicker decides what there is to change
    if role == user.role:
        return
    if role == Role.ADMIN and by.user == user:
        raise PermissionDenied(_("Nobody raises their own role."))
    require_another_admin(user)
    user.change(verb="set-role", by=by, note=note, role=role)
    tokens.end_all(user, because="role changed")


@transaction.atomic
def deactivate(user: User, *, by: Actor, note: str = "") -> None:
    """Shut somebody out; their sessions and tokens end. What they have open can be handed over. Raises Conflict."""
    require_manager(user, by=by)
    require_another_admin(user)
    decide(user, {Standing.ACTIVE}, "deactivate", by=by, note=note, is_active=False)
    tokens.end_all(user, because="deactivated")


@transaction.atomic
def activate(user: User, *, by: Actor, note: str = "") -> None:
    """Let somebody in again; they sign in anew. Raises Conflict."""
    require_manager(user, by=by)
    decide(user, {Standing.DEACTIVATED}, "activate", by=by, note=note, is_active=True)


def require_another_admin(user: User) -> None:
    """Raise Conflict when `user` is the last administrator. All their rows are locked: two cannot oust each other."""
    admins = list(User.objects.admins().select_for_update().order_by("pk").values_list("pk", flat=True))
    if admins == [user.pk]:
        raise Conflict(user, _("This is the last administrator. Make somebody else one first."))
