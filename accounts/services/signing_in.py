"""Coming in and going out: credentials, second factor, sign-ins and how they end."""

import ipaddress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed

from accounts import devices, identity, lockout, tokens
from accounts.models import FailedSignIn, PasswordReset, SignIn, User
from accounts.notifications import NEW_DEVICE
from accounts.services.managing import require_manager
from accounts.services.second_factor import accepts
from notifications.services import notify
from workflow.actor import Actor
from workflow.models import Event


def check_credentials(username: str, password: str, *, address: str | None, door: str) -> User | None:
    """Return who signs in, or None; a failure is written down. Raises Locked."""
    user: Any = lockout.guarded(
        username, address=address, door=door, attempt=lambda: authenticate(username=username, password=password)
    )
    return user


def check_second_factor(user: User, otp: str, *, address: str | None, door: str) -> None:
    """Pass whoever has no second factor or sends a code of it. Raises AuthenticationFailed and Locked."""
    if not user.is_guarded:
        return
    if not otp:
        raise AuthenticationFailed(
            _("Send the code of your authenticator app, or a recovery code, as “otp”."), code="otp_required"
        )
    if not lockout.guarded(
        user.username, address=address, door=door, attempt=lambda: accepts(user, otp, at=timezone.now()) or None
    ):
        raise AuthenticationFailed(_("The code is wrong or was used already."), code="otp_invalid")


@transaction.atomic
def sign_in(*, by: Actor, kind: str, device: str, address: str | None) -> SignIn:
    """Open a family of tokens or a browser session for the actor; tell them when the device is new."""
    user = by.user
    opened = SignIn(user=user, kind=kind, device=device.replace("\0", "")[:300], address=address)
    strange = is_strange(opened)
    if seen := last_seen(user):
        opened.note_return(seen, timezone.now())
    opened.save()
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    where = {"device": opened.device_name or "—", "address": address or "—"}
    Event.record(user, by=by, verb="sign-in", after=where)
    if strange:
        notify([user], kind=NEW_DEVICE, context={**where, "at": timezone.now()}, url=reverse("accounts:security"))
    return opened


def last_seen(user: User) -> datetime | None:
    """Return when the person was last at a browser."""
    return user.sign_ins.filter(kind=SignIn.Kind.PAGE).aggregate(latest=Max("last_seen_at"))["latest"]


def welcomed(*, by: Actor) -> None:
    """Take the summary of the latest absence off the person's pages."""
    by.user.sign_ins.exclude(returned_at=None).update(returned_at=None)
    identity.forget_person(by.user)


def is_strange(opened: SignIn) -> bool:
    """Say whether the person never came with such a device from such a network; the very first time is not strange."""
    known = SignIn.objects.filter(user=opened.user).order_by("-created_at").values_list("device", "address")[:500]
    places = {(devices.readable(device), network(address)) for device, address in known}
    return bool(places) and (opened.device_name, network(opened.address)) not in places


def network(address: str | None) -> str:
    """Return the neighbourhood of an address, within which it changes by itself."""
    if address is None:
        return ""
    size = 24 if ipaddress.ip_address(address).version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{size}", strict=False))


@transaction.atomic
def sign_out(sign_in_id: UUID | None, *, by: Actor) -> None:
    """End the sign-in with which the actor came, and its tokens."""
    if sign_in_id and (found := by.user.sign_ins.alive().filter(pk=sign_in_id).first()):
        tokens.end(found, because="signed out")
        Event.record(by.user, by=by, verb="sign-out")


@transaction.atomic
def end_session(session: SignIn, *, by: Actor) -> None:
    """End one of the actor's own sign-ins. Ending twice changes nothing."""
    if tokens.end(session, because="ended by hand"):
        Event.record(by.user, by=by, verb="end-session", before={"device": session.device_name})


@transaction.atomic
def sign_out_everywhere(user: User, *, by: Actor, keep: UUID | None = None, note: str = "") -> None:
    """End all sign-ins of a person but `keep`; an administrator may do it for others."""
    if by.user != user:
        require_manager(user, by=by)
    ended = tokens.end_all(user, because="signed out everywhere", but=keep)
    Event.record(user, by=by, verb="sign-out-everywhere", after={"ended": ended}, note=note)


def purge(*, at: datetime) -> None:
    """Forget failures and ended sign-ins that are older than kept, and end sign-ins that nobody can use any more."""
    FailedSignIn.objects.filter(at__lt=at - settings.SIGN_INS_KEEP).delete()
    PasswordReset.objects.filter(created_at__lt=at - settings.SIGN_INS_KEEP).delete()
    SignIn.objects.unusable(at).update(ended_at=at, ended_because="expired")
    SignIn.objects.filter(ended_at__lt=at - settings.SIGN_INS_KEEP).delete()
