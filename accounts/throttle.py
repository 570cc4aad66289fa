"""How often strangers may ask for something that costs us: counted per address in the shared cache.

Ordinary calls of people who are signed in are never counted.
"""

import logging
import time
from math import ceil
from typing import NamedTuple

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rest_framework.exceptions import Throttled

logger = logging.getLogger(__name__)


class Wait(Throttled):
    """Refused for now; `wait` is the number of seconds that `Retry-After` names."""

    def __init__(self, detail: str, seconds: float):
        super().__init__(detail=detail)
        self.wait = max(1, ceil(seconds))


class Rate(NamedTuple):
    times: int
    seconds: int


RATES = {
    "register": Rate(30, 3600),
    "reset": Rate(30, 3600),
}


def spend(kind: str, address: str | None) -> None:
    """Count one `kind` of request from `address`. Raises Throttled beyond its rate; a dead cache lets pass."""
    rate = RATES[kind]
    window = int(time.time()) // rate.seconds
    key = f"throttle:{kind}:{address}:{window}"
    try:
        cache.add(key, 0, rate.seconds)
        spent = cache.incr(key)
    except (RedisError, ValueError) as error:  # ValueError: the window ended between the two
        logger.warning("The cache does not count: %s", error)
        return
    if spent > rate.times:
        wait = (window + 1) * rate.seconds - int(time.time())
        raise Wait(_("Too many requests from your address. Try again later."), wait)
