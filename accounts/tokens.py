"""Tokens of the API: a family per sign-in, one good refresh token at a time, all ended by one number."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token, UntypedToken

from accounts import identity
from accounts.models import SignIn, User
from workflow.actor import Actor, Channel
from workflow.models import Event

TWO_TABS = timedelta(seconds=10)  # a refresh repeated this soon is two tabs, not a thief
MOST_PROVEN = 1024  # access tokens whose signature a process remembers to be good
proven: dict[bytes, AccessToken] = {}


def pair(sign_in: SignIn) -> dict[str, str]:
    """Return {"access", "refresh"} for the sign-in as it stands."""
    refresh = RefreshToken()
    refresh["user_id"] = str(sign_in.user_id)
    refresh["sid"] = str(sign_in.pk)
    refresh["token_version"] = sign_in.user.token_version
    refresh["rotation"] = sign_in.rotation
    access = refresh.access_token
    del access.payload["rotation"]
    return {"access": str(access), "refresh": str(refresh)}


def rotate(raw: str) -> dict[str, str]:
    """Exchange a refresh token for a new pair, once.

    The sign-in's row is locked: of parallel refreshes of one token exactly one succeeds. A token that was
    exchanged before ends the whole family, unless it was a moment ago. Raises AuthenticationFailed.
    """
    token = decoded(RefreshToken, raw)
    with transaction.atomic():
        found = SignIn.objects.alive().select_related("user").select_for_update(of=("self",))
        sign_in = found.filter(pk=sid_of(token)).first()
        refused = sign_in is None or not identity.is_good(sign_in, token)
        if sign_in and not refused:
            if token.get("rotation") == sign_in.rotation:
                sign_in.rotation += 1
                sign_in.rotated_at = sign_in.last_seen_at = timezone.now()
                sign_in.save(update_fields=["rotation", "rotated_at", "last_seen_at"])
                return pair(sign_in)
            if not sign_in.rotated_at or timezone.now() - sign_in.rotated_at > TWO_TABS:
                end(sign_in, because="refresh token reused")
                by = Actor(User.objects.system(), Channel.API)
                Event.record(sign_in.user, by=by, verb="token-reused", before={"device": sign_in.device_name})
    raise refused_token()


def verify(raw: str) -> None:
    """Raise AuthenticationFailed unless the token, of either type, would be accepted now."""
    token = decoded(UntypedToken, raw)
    if identity.find(sid_of(token), token) is None:
        raise refused_token()


def user_of(raw: str) -> tuple[User, AccessToken]:
    """Return whose access token this is. Raises AuthenticationFailed."""
    token = access_token(raw)
    user = identity.find(sid_of(token), token)
    if user is None:
        raise refused_token()
    return user, token


def end(sign_in: SignIn, *, because: str) -> bool:
    """End one family; its access and refresh tokens die at the next request. False when it had ended before."""
    ended = SignIn.objects.alive().filter(pk=sign_in.pk).update(ended_at=timezone.now(), ended_because=because)
    transaction.on_commit(lambda: identity.forget([sign_in.pk]))
    return bool(ended)


def end_all(user: User, *, because: str, but: UUID | None = None) -> int:
    """End every sign-in of a person, except `but`, and return how many.

    Every token given out so far dies, whatever its sign-in: a browser session that is kept has none.
    """
    alive = user.sign_ins.alive().exclude(pk=but)
    ended = list(alive.values_list("pk", flat=True))
    alive.update(ended_at=timezone.now(), ended_because=because)
    User.objects.filter(pk=user.pk).update(token_version=F("token_version") + 1)
    transaction.on_commit(lambda: identity.forget(ended))
    return len(ended)


def decoded[Kind: Token](kind: type[Kind], raw: str) -> Kind:
    try:
        return kind(raw)  # type: ignore[arg-type]
    except TokenError as error:
        raise refused_token() from error


def access_token(raw: str) -> AccessToken:
    """Return what `decoded` would; a signature once found good is not reckoned again by the same process.

    How old the token is, is judged each time, and whether its sign-in still lives is not judged here at all.
    """
    mark = sha256(raw.encode(errors="surrogatepass")).digest()
    token = proven.get(mark)
    if token is None:
        token = decoded(AccessToken, raw)
        if len(proven) >= MOST_PROVEN:
            proven.clear()
        proven[mark] = token
    try:
        token.check_exp(current_time=timezone.now())
    except TokenError as error:
        raise refused_token() from error
    return token


def sid_of(token: Token) -> UUID | None:
    try:
        return UUID(str(token.get("sid")))
    except ValueError:
        return None


def refused_token() -> AuthenticationFailed:
    return AuthenticationFailed(_("The token is not valid, or no longer. Sign in again."), code="token_not_valid")
