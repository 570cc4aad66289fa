"""Passwords: changed by their owner, set by an administrator, reset through a letter."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts import lockout, throttle, tokens
from accounts.models import PasswordReset, User
from accounts.notifications import PASSWORD, RESET
from accounts.services.managing import require_manager
from accounts.services.second_factor import require_password
from notifications.services import Outsider, notify
from workflow.actor import Actor, Channel
from workflow.models import Event
from workflow.refusals import invalid

LETTERS_PER_ADDRESS = 3  # reset letters to one e-mail address within LETTERS_WITHIN
LETTERS_WITHIN = timedelta(minutes=15)


def change_password(*, by: Actor, current: str, new: str, address: str | None = None, keep: UUID | None = None) -> None:
    """Set an own new password and end every other session and all tokens."""
    require_password(by.user, current, address=address, field="current_password")
    if new == current:
        raise invalid("new_password", _("This is the password you have. Choose another."), "unchanged")
    check_password_strength(new, by.user, field="new_password")
    store_password(by.user, new, by=by, verb="change-password", keep=keep)


def set_password(user: User, *, by: Actor, password: str, note: str = "") -> None:
    """Give somebody a password for their next sign-in, at which they must choose their own."""
    require_manager(user, by=by)
    if by.user == user:
        raise PermissionDenied(_("Change your own password on your account page."))
    check_password_strength(password, user)
    store_password(user, password, by=by, verb="set-password", note=note, must_change=True)


def request_reset(*, email: str, address: str | None, language: str, product_url: str) -> PasswordReset:
    """Write down that somebody wants a new password; who that is, is found out later. Raises Throttled."""
    throttle.spend("reset", address)
    return PasswordReset.objects.create(email=email, address=address, language=language, product_url=product_url)


def answer_resets(*, at: datetime) -> int:
    """Write the letters that were asked for and return how many. Safe to run twice at once."""
    written = 0
    for asked in PasswordReset.objects.waiting().order_by("created_at")[:200]:
        with transaction.atomic():
            if PasswordReset.objects.waiting().filter(pk=asked.pk).update(answered_at=at):
                written += write_letter(asked)
    return written


def write_letter(asked: PasswordReset) -> bool:
    """Return False where nobody is to be written to, or enough was written already."""
    before = PasswordReset.objects.filter(email__iexact=asked.email, pk__lt=asked.pk)
    if before.since(asked.created_at - LETTERS_WITHIN).count() >= LETTERS_PER_ADDRESS:
        return False
    user = User.objects.active().people().filter(email__iexact=asked.email).first()
    if user is None:
        return False
    Event.record(user, by=Actor(User.objects.system(), Channel.JOB), verb="reset-letter", after={"from": asked.address})
    reader = Outsider(user.email, language=user.language or asked.language, time_zone=user.time_zone)
    link = f"{asked.product_url}{reverse('accounts:reset-password', args=reset_parts(user))}"
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    notify([reader], kind=RESET, context={"name": user.name, "link": link, "hours": hours})
    return True


def reset_parts(user: User) -> tuple[str, str]:
    """Return uid and token of a letter; the token dies when it is used, at a sign-in, and when the password changes."""
    return urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)


def find_reset(uid: str, token: str, *, address: str | None) -> User:
    """Return whose letter this is from. Raises ValidationError for a wrong or dead token, and Locked."""
    user = lockout.guarded(f"reset:{uid}", address=address, door="reset", attempt=lambda: holder(uid, token))
    if user is None:
        raise invalid("token", _("The link is wrong, used or too old. Ask for a new one."), "invalid_token")
    return user


def holder(uid: str, token: str) -> User | None:
    try:
        pk = int(force_str(urlsafe_base64_decode(uid)))
    except (ValueError, UnicodeDecodeError):
        return None
    user = User.objects.active().people().filter(pk=pk).first() if pk < 2**63 else None
    return user if default_token_generator.check_token(user, token) else None


def reset_password(uid: str, token: str, *, new: str, address: str | None, channel: Channel) -> User:
    """Set the password of whoever holds a reset letter; all their sessions and tokens end."""
    user = find_reset(uid, token, address=address)
    check_password_strength(new, user, field="new_password")
    with transaction.atomic():
        if not default_token_generator.check_token(user.locked(), token):
            raise invalid("token", _("The link was used already."), "invalid_token")
        store_password(user, new, by=Actor(user, channel), verb="reset-password")
    return user


@transaction.atomic
def store_password(
    user: User,
    password: str,
    *,
    by: Actor,
    verb: str,
    note: str = "",
    must_change: bool = False,
    keep: UUID | None = None,
) -> None:
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])
    user.touch()
    tokens.end_all(user, because="password changed", but=keep)
    Event.record(user, by=by, verb=verb, note=note)
    notify([user], kind=PASSWORD, context={"by": by.label}, url=reverse("accounts:security"))


def check_password_strength(password: str, user: User, *, field: str = "password") -> None:
    """Raise ValidationError under the name of the form's `field`."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.error_list}) from error
