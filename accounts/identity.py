"""Who stands behind a token, without a database query per request where a shared cache is at hand.

A sign-in is kept for a few seconds in Redis and forgotten there the moment the product changes it or its user;
so a revocation through the product acts at the next request, one by another process within KEEP_SECONDS.
Without Redis every request asks the database.
"""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.models import SignIn, User

KEEP_SECONDS = 5
logger = logging.getLogger(__name__)


def find(sid: UUID | None, token: Any) -> User | None:
    """Return the active user of a living sign-in whose tokens are of the current version, else None."""
    sign_in = remembered(sid) or asked(sid)
    return sign_in.user if sign_in and is_good(sign_in, token) else None


def is_good(sign_in: SignIn, token: Any) -> bool:
    user = sign_in.user
    current = user.token_version == token.get("token_version") and str(user.pk) == str(token.get("user_id"))
    return current and user.is_active and user.approved_at is not None


def asked(sid: UUID | None) -> SignIn | None:
    sign_in = SignIn.objects.alive().select_related("user").filter(pk=sid).first()
    if sign_in and settings.REDIS_URL:
        try:
            cache.set(key(sign_in.pk), sign_in, KEEP_SECONDS)
        except RedisError as error:
            logger.warning("The cache does not answer: %s", error)
    return sign_in


def remembered(sid: UUID | None) -> SignIn | None:
    if sid is None or not settings.REDIS_URL:
        return None
    try:
        return cache.get(key(sid))
    except RedisError as error:
        logger.warning("The cache does not answer: %s", error)
        return None


def forget(sids: Iterable[UUID]) -> None:
    """Make every process ask the database for these sign-ins at the next request."""
    if settings.REDIS_URL:
        try:
            cache.delete_many([key(sid) for sid in sids])
        except RedisError as error:
            logger.warning("The cache does not answer: %s", error)


def key(sid: UUID) -> str:
    return f"sign-in:{sid}"
