"""What processes remember together for seconds: kept in Redis where there is one, never needed for a right answer."""

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def recall(key: str) -> Any:
    """Return what was kept under `key`; None without Redis, when it is gone or when Redis does not answer."""
    if not settings.REDIS_URL:
        return None
    try:
        return cache.get(key)
    except RedisError as error:
        note(error)
        return None


def keep(key: str, value: Any, *, seconds: int) -> None:
    if settings.REDIS_URL:
        try:
            cache.set(key, value, seconds)
        except RedisError as error:
            note(error)


def forget(keys: Iterable[str]) -> None:
    if settings.REDIS_URL:
        try:
            cache.delete_many(keys)
        except RedisError as error:
            note(error)


def note(error: RedisError) -> None:
    logger.warning("The cache does not answer: %s", error)
