"""One id through the request, its log lines, its events and its answer."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("request_id", default="")
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def fresh(offered: str = "") -> str:
    """Return the id a client or proxy `offered` if it is harmless, else a new one, and make it the current one."""
    request_id = offered if ACCEPTED.fullmatch(offered) else secrets.token_hex(8)
    current.set(request_id)
    return request_id


def known() -> str:
    """Return the id of what is being done here, empty outside of requests and jobs."""
    return current.get()


@contextmanager
def of(earlier: str) -> Iterator[None]:
    """Work under the id of an earlier request, where there is one."""
    token = current.set(earlier or current.get())
    try:
        yield
    finally:
        current.reset(token)
