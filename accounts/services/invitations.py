"""Invitations: a link by e-mail that makes an account, once."""

import hashlib
import secrets
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import lockout
from accounts.models import Invitation, User
from accounts.models.invitation import VALID_FOR
from accounts.notifications import INVITATION
from accounts.policy import require
from accounts.services.passwords import check_password_strength
from notifications.services import Outsider, notify
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event
from workflow.refusals import invalid


class Sent(NamedTuple):
    """An invitation and the link that was mailed: the only moment at which the link is known."""

    invitation: Invitation
    link: str


@transaction.atomic
def invite(*, by: Actor, email: str, role: str, product_url: str, department: str = "", language: str = "") -> Sent:
    """Invite an address with a role. Raises ValidationError where the address is known or invited already."""
    require(by.user, "user.manage")
    if User.objects.filter(email__iexact=email).exists():
        raise invalid("email", _("Somebody with this e-mail has an account."), "unique")
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    invitation = Invitation(
        email=email, role=role, department=department, language=language or by.user.language or settings.LANGUAGE_CODE,
        digest=digest(token), expires_at=now + VALID_FOR, sent_at=now, invited_by=by.user,
    )  # fmt: skip
    invitation.full_clean(exclude=["invited_by"])
    invitation.save(force_insert=True)
    Event.record(invitation, by=by, verb="invite", after={"email": email, "role": role})
    return mailed(invitation, token, by=by, product_url=product_url)


@transaction.atomic
def resend(invitation: Invitation, *, by: Actor, product_url: str) -> Sent:
    """Send a new link, valid anew; the old one dies. Raises Conflict."""
    require(by.user, "user.manage")
    token, now = secrets.token_urlsafe(32), timezone.now()
    renewed: dict[str, Any] = {"digest": digest(token), "expires_at": now + VALID_FOR, "sent_at": now}
    step(invitation, by=by, verb="resend", **renewed, times_sent=F("times_sent") + 1)
    return mailed(invitation, token, by=by, product_url=product_url)


def mailed(invitation: Invitation, token: str, *, by: Actor, product_url: str) -> Sent:
    """Put the letter into the outbox, in the language of the invitation."""
    link = f"{product_url}{reverse('accounts:accept-invitation', args=[token])}"
    reader = Outsider(invitation.email, language=invitation.language, time_zone=by.user.time_zone)
    notify([reader], kind=INVITATION, context={"by": by.label, "link": link, "until": invitation.expires_at})
    return Sent(invitation, link)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Actor, note: str = "") -> None:
    """Make the link worthless. Raises Conflict."""
    require(by.user, "user.manage")
    step(invitation, by=by, verb="withdraw", note=note, withdrawn_at=timezone.now())


def step(invitation: Invitation, *, by: Actor, verb: str, note: str = "", **fields: Any) -> None:
    """Change an invitation that is still unanswered, in one guarded UPDATE. Raises Conflict."""
    if not Invitation.objects.unanswered().filter(pk=invitation.pk).update(**fields):
        invitation.refresh_from_db()
        raise Conflict(invitation, _("This invitation is %(state)s.") % {"state": invitation.get_state_display()})
    invitation.refresh_from_db()
    invitation.touch()
    Event.record(invitation, by=by, verb=verb, note=note)


def find_invitation(token: str, *, address: str | None) -> Invitation:
    """Return the open invitation of a link. Raises ValidationError saying why it does not work, and Locked."""
    invitation = lockout.guarded(
        "invitation",
        address=address,
        door="invitation",
        attempt=lambda: Invitation.objects.filter(digest=digest(token)).first(),
    )
    if invitation is None:
        raise refused("invalid")
    if invitation.state != Invitation.State.OPEN:
        raise refused(invitation.state)
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, *, channel: Channel, username: str, password: str, **names: Any) -> User:
    """Make the account that the invitation promises: its e-mail, its role. Of two acceptances one wins."""
    promised = {"email": invitation.email, "role": invitation.role, "department": invitation.department}
    fields = {"username": username, **names, **promised, "language": invitation.language}
    check_password_strength(password, User(**fields))
    user = User.objects.create_user(**fields, password=password)
    now = timezone.now()
    answered = Invitation.objects.open(now).filter(pk=invitation.pk).update(accepted_at=now, accepted_by=user)
    if not answered:
        invitation.refresh_from_db()
        raise refused(invitation.state)
    invitation.touch()
    by = Actor(user, channel)
    Event.record(invitation, by=by, verb="accept")
    Event.record(
        user, by=by, verb="accept-invitation", after={"role": user.role, "invited_by": invitation.invited_by_id}
    )
    return user


def refused(state: str) -> ValidationError:
    reasons = {
        Invitation.State.ACCEPTED: _("This invitation was used already. Sign in."),
        Invitation.State.WITHDRAWN: _("This invitation was withdrawn. Ask an administrator."),
        Invitation.State.EXPIRED: _("This invitation has expired. Ask an administrator to send it again."),
    }
    reason = reasons.get(Invitation.State(state)) if state in Invitation.State.values else None
    return invalid("token", reason or _("There is no such invitation. Check the link."), state)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
