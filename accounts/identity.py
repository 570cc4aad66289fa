"""Who stands behind a token, without a database query per request where a shared cache is at hand.

A sign-in is kept for a few seconds in Redis and forgotten there the moment the product changes it or its user;
so a revocation through the product acts at the next request, one by another process within KEEP_SECONDS.
Without Redis every request asks the database.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import SignIn, Standing, User
from workflow import memory

KEEP_SECONDS = 5
NOTE_EVERY = timedelta(minutes=1)


def find(sid: UUID | None, token: Any) -> User | None:
    """Return the active user of a living sign-in whose tokens are of the current version, else None."""
    sign_in = (memory.recall(key(sid)) if sid else None) or asked(sid)
    return sign_in.user if sign_in and is_good(sign_in, token) else None


def is_good(sign_in: SignIn, token: Any) -> bool:
    user = sign_in.user
    current = user.token_version == token.get("token_version") and str(user.pk) == str(token.get("user_id"))
    return current and user.standing == Standing.ACTIVE


def asked(sid: UUID | None) -> SignIn | None:
    """Return the living sign-in as the database has it, and note that its device was seen."""
    sign_in = SignIn.objects.alive().select_related("user").filter(pk=sid).first()
    if sign_in:
        note_seen(sign_in, timezone.now())
        memory.keep(key(sign_in.pk), sign_in, seconds=KEEP_SECONDS)
    return sign_in


def note_seen(sign_in: SignIn, at: datetime) -> None:
    """Store when the device was last seen, at most once a minute, and what absence that ends."""
    if at - sign_in.last_seen_at > NOTE_EVERY:
        sign_in.note_return(sign_in.last_seen_at, at)
        sign_in.last_seen_at = at
        seen = {name: getattr(sign_in, name) for name in ("last_seen_at", "away_since", "returned_at")}
        SignIn.objects.filter(pk=sign_in.pk).update(**seen)


def forget(sids: Iterable[UUID]) -> None:
    """Make every process ask the database for these sign-ins at the next request."""
    memory.forget([key(sid) for sid in sids])


def forget_person(user: User) -> None:
    """Make every process ask the database for this person when the transaction is through."""
    if settings.REDIS_URL:
        sids = list(user.sign_ins.alive().values_list("pk", flat=True))
        transaction.on_commit(lambda: forget(sids))


def key(sid: UUID) -> str:
    return f"sign-in:{sid}"
