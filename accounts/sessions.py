"""Sessions of the browser: each stands on a sign-in and ends with it, wherever that is ended.

`opened` and `closed` hear Django's own signals, so that every way in (the sign-in page, Django Admin, a test) has
its row.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import identity, services
from accounts.models import SignIn, Standing, User
from workflow.actor import actor
from workflow.address import client_address

SID = "sign_in"


def person_behind(request: HttpRequest) -> User | AnonymousUser:
    """Return whose session this is; one whose sign-in or password is no longer good is emptied."""
    if SESSION_KEY not in request.session:
        return AnonymousUser()
    sign_in = identity.asked(sid_of(request))
    if sign_in is None or not is_good(sign_in, request):
        request.session.flush()
        return AnonymousUser()
    user = sign_in.user
    user.backend = request.session[BACKEND_SESSION_KEY]
    user.away_since = sign_in.absence(timezone.now())
    return user


def is_good(sign_in: SignIn, request: HttpRequest) -> bool:
    user, session = sign_in.user, request.session
    same = str(user.pk) == str(session[SESSION_KEY]) and user.standing == Standing.ACTIVE
    return same and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def sid_of(request: HttpRequest) -> UUID | None:
    """Return the id of the sign-in on which the browser's session stands."""
    raw = request.session.get(SID)
    return UUID(raw) if raw else None


def opened(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    by = actor(request, user=user)
    services.sign_out(sid_of(request), by=by)  # whoever signs in again in one browser has one session
    device, address = request.headers.get("User-Agent", ""), client_address(request)
    sign_in = services.sign_in(by=by, kind=SignIn.Kind.PAGE, device=device, address=address)
    request.session[SID] = str(sign_in.pk)


def closed(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        services.sign_out(sid_of(request), by=actor(request, user=user))
