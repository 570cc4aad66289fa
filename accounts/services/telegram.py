"""Whose account a person in Telegram has: proven by a code from the account page, taken back there or in the chat."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import identity
from accounts.models import TelegramCode, User
from accounts.one_time import ALPHABET
from workflow.actor import Actor, Channel
from workflow.models import Conflict

GOOD_FOR = timedelta(minutes=15)
LETTERS = 10  # about 49 random bits


@transaction.atomic
def begin_telegram(*, by: Actor, at: datetime | None = None) -> str:
    """Return a fresh code for the actor, shown once; the one before is worthless."""
    code = "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS))
    fresh = {"digest": digest(code), "expires_at": (at or timezone.now()) + GOOD_FOR}
    TelegramCode.objects.update_or_create(user=by.user, defaults=fresh)
    return code


@transaction.atomic
def link_telegram(code: str, *, telegram_id: int, at: datetime | None = None) -> User:
    """Link whoever made the code to this Telegram account and return them. Raises ValidationError, Conflict."""
    good = TelegramCode.objects.select_for_update(of=("self",)).filter(
        digest=digest(code), expires_at__gt=at or timezone.now()
    )
    found = good.first()
    user = User.objects.active().filter(pk=found.user_id).first() if found else None
    if found is None or user is None:
        raise ValidationError(
            _("This code is wrong or too old. Take a new one from your account page."), code="invalid"
        )
    if other := User.objects.filter(telegram_id=telegram_id).exclude(pk=user.pk).first():
        raise Conflict(other, _("This Telegram account belongs to another account of Vakhta. Unlink it there: /unlink"))
    found.delete()
    user.change(verb="link-telegram", by=Actor(user, Channel.TELEGRAM), telegram_id=telegram_id)
    identity.forget_person(user)
    return user


@transaction.atomic
def unlink_telegram(user: User, *, by: Actor) -> None:
    """Forget whose Telegram account it is: nothing is sent there any more."""
    TelegramCode.objects.filter(user=user).delete()
    user.change(verb="unlink-telegram", by=by, telegram_id=None)
    identity.forget_person(user)


def digest(code: str) -> str:
    """Return what is kept of a code; spaces, dashes and case do not matter."""
    plain = "".join(character for character in code.lower() if character in ALPHABET)
    return salted_hmac("accounts.telegram_code", plain, algorithm="sha256").hexdigest()
