"""The second factor: set up with an app, confirmed by a code, taken off with the password."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import lockout, one_time, organisation, sealing, tokens
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.notifications import SECOND_FACTOR_OFF, SECOND_FACTOR_ON
from accounts.services.managing import require_manager
from notifications.services import notify
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid


def confirmed(user: User) -> SecondFactor | None:
    return SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()


def second_factor_of(user: User) -> dict[str, Any]:
    """Return whether it is on and how many recovery codes are left."""
    left = RecoveryCode.objects.filter(factor__user=user, used_at=None).count()
    return {"enabled": confirmed(user) is not None, "recovery_codes_left": left}


def accepts(user: User, code: str, *, at: datetime) -> bool:
    """Say whether `code` opens the door now, and use it up: of two who send the same code one is let in."""
    factor = confirmed(user)
    if factor is None:
        return False
    plain = "".join(code.split())
    return spend_app_code(factor, plain, at) if one_time.is_app_code(plain) else spend_recovery_code(factor, plain, at)


def spend_app_code(factor: SecondFactor, code: str, at: datetime) -> bool:
    step = one_time.matching_step(sealing.unseal(factor.secret), code, at)
    unused = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step or 0)
    return bool(step and unused.update(last_step=step))


def spend_recovery_code(factor: SecondFactor, code: str, at: datetime) -> bool:
    unused = RecoveryCode.objects.filter(factor=factor, digest=one_time.digest(code), used_at=None)
    return bool(unused.update(used_at=at))


@transaction.atomic
def begin_second_factor(*, by: Actor) -> str:
    """Return the secret for the actor's app, the same until it is confirmed. Raises Conflict."""
    factor, _new = SecondFactor.objects.select_for_update().get_or_create(
        user=by.user, defaults={"secret": sealing.seal(one_time.new_secret())}
    )
    if factor.confirmed_at:
        raise Conflict(by.user, _("The second factor is set up already."))
    return sealing.unseal(factor.secret)


def uri_of(secret: str, user: User) -> str:
    issuer = f"Vakhta {organisation.current().name}".strip()
    return one_time.uri(secret, account=user.username, issuer=issuer)


@transaction.atomic
def confirm_second_factor(*, by: Actor, otp: str, keep: UUID | None = None) -> list[str]:
    """Switch the second factor on with the first code of the app; end all other sign-ins; return recovery codes.

    They are shown once: only their digests are kept.
    """
    factor = SecondFactor.objects.select_for_update().filter(user=by.user, confirmed_at=None).first()
    if factor is None:
        raise Conflict(by.user, _("There is nothing to confirm. Begin with setting up."))
    code = "".join(otp.split())
    if not (one_time.is_app_code(code) and spend_app_code(factor, code, timezone.now())):
        raise invalid("otp", _("The code does not fit. Check the clock of your phone."), "otp_invalid")
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=timezone.now())
    tokens.end_all(by.user, because="second factor set up", but=keep)
    Event.record(by.user, by=by, verb="set-up-second-factor")
    notify([by.user], kind=SECOND_FACTOR_ON, url=reverse("accounts:security"))
    return replace_recovery_codes(factor)


def replace_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = one_time.new_recovery_codes()
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=one_time.digest(code)) for code in codes)
    return codes


def renew_recovery_codes(*, by: Actor, password: str, address: str | None) -> list[str]:
    """Make the old recovery codes worthless and return new ones. Asks for the password."""
    require_password(by.user, password, address=address)
    factor = confirmed(by.user)
    if factor is None:
        raise Conflict(by.user, _("The second factor is not set up."))
    with transaction.atomic():
        Event.record(by.user, by=by, verb="renew-recovery-codes")
        return replace_recovery_codes(factor)


def disable_second_factor(*, by: Actor, password: str, address: str | None) -> None:
    """Take one's own second factor off. Asks for the password."""
    require_password(by.user, password, address=address)
    take_off(by.user, by=by)


def reset_second_factor(user: User, *, by: Actor, note: str = "") -> None:
    """Let an administrator take off the second factor of somebody who lost phone and codes."""
    require_manager(user, by=by)
    if by.user == user:
        raise PermissionDenied(_("Take your own second factor off on your account page, with your password."))
    take_off(user, by=by, note=note)


@transaction.atomic
def take_off(user: User, *, by: Actor, note: str = "") -> None:
    if not SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).delete()[0]:
        raise Conflict(user, _("The second factor is not set up."))
    Event.record(user, by=by, verb="take-off-second-factor", note=note)
    notify([user], kind=SECOND_FACTOR_OFF, context={"by": by.label}, url=reverse("accounts:security"))


def require_password(user: User, password: str, *, address: str | None, field: str = "password") -> None:
    """Ask for the password of somebody who is signed in already. Raises ValidationError and Locked."""
    current = User.objects.get(pk=user.pk)
    if not lockout.guarded(
        user.username, address=address, door="account", attempt=lambda: current.check_password(password) or None
    ):
        raise invalid(field, _("This is not your current password."), "invalid_password")
