"""Coming in and going out."""

from uuid import UUID

from django.contrib.auth import authenticate
from django.db import transaction
from django.utils import timezone

from accounts import tokens
from accounts.models import FailedSignIn, SignIn, User
from workflow.actor import Actor


def check_credentials(username: str, password: str, *, address: str | None, door: str) -> User | None:
    """Return who signs in, or None; a failure is written down for the lock-out."""
    user = authenticate(username=username, password=password)
    if user is None:
        FailedSignIn.objects.create(account=username.lower()[:254].replace("\0", ""), address=address, door=door)
    return user


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
