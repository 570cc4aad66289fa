"""How newcomers get an account: they register, and an administrator lets them in or not."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import throttle
from accounts.models import Standing, User
from accounts.notifications import APPROVED, REGISTRATION
from accounts.services.managing import require_manager
from accounts.services.passwords import check_password_strength
from notifications.services import notify
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event


def register(*, address: str | None = None, channel: Channel = Channel.API, **fields: Any) -> User:
    """Create an account for a newcomer; by REGISTRATION_MODE it is open at once, waits, or is refused.

    Who tries often from one address waits, because taken names are told. Raises Throttled and PermissionDenied.
    """
    if settings.REGISTRATION_MODE == "closed":
        raise PermissionDenied(_("Registration is closed. Ask an administrator for an invitation."))
    throttle.spend("register", address)
    check_password_strength(fields["password"], User(**{**fields, "password": ""}))
    at_once = settings.REGISTRATION_MODE == "open"
    with transaction.atomic():
        user = User.objects.create_user(**fields, approved_at=timezone.now() if at_once else None)
        Event.record(user, by=Actor(user, channel), verb="register", after={"standing": user.standing})
        if not at_once:
            about = {"name": user.name, "username": user.username, "email": user.email}
            notify(User.objects.admins(), kind=REGISTRATION, subject=user, context=about)
    return user


@transaction.atomic
def approve(user: User, *, by: Actor, note: str = "") -> None:
    """Let somebody in who registered, or was refused before. Raises Conflict."""
    require_manager(user, by=by)
    decide(user, {Standing.WAITING, Standing.REFUSED}, "approve", by=by, note=note, is_active=True, approved_at=Now())
    notify(
        [user], kind=APPROVED, context={"name": user.name, "username": user.username}, url=reverse("accounts:sign-in")
    )


@transaction.atomic
def refuse(user: User, *, by: Actor, note: str = "") -> None:
    """Do not let somebody in who registered. Raises Conflict."""
    require_manager(user, by=by)
    decide(user, {Standing.WAITING}, "refuse", by=by, note=note, is_active=False)


def decide(user: User, wanted: set[Standing], verb: str, *, by: Actor, note: str, **fields: Any) -> None:
    """Change the standing of a person who has one of the `wanted`, with one event. Raises Conflict."""
    row = user.locked()
    if row.standing not in wanted:
        raise Conflict(user, _("This person is %(standing)s.") % {"standing": row.get_standing_display()})
    before = row.standing
    User.objects.filter(pk=user.pk).update(**fields)
    user.refresh_from_db()
    user.touch()
    Event.record(user, by=by, verb=verb, before={"standing": before}, after={"standing": user.standing}, note=note)
