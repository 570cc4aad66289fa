"""Who asked for what, from where, and what came of it: one log line a request."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty

from workflow.address import client_address
from workflow.logs import facts
from workflow.redaction import without_secrets

logger = logging.getLogger("access")
# Asked for every few seconds by machines, and by every page: they would bury the rest.
QUIET = ("/static/", "/api/health/", "/metrics")


class AccessMiddleware:
    """Logs every request but those of machines that look whether all is well; what was searched for stays out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        if not request.path.startswith(QUIET):
            told(request, response.status_code, time.perf_counter() - start)
        return response


def told(request: HttpRequest, status: int, seconds: float) -> None:
    if not logger.isEnabledFor(logging.INFO):
        return
    path = without_secrets(request.path)
    found = facts(
        method=request.method,
        path=path,
        status=status,
        ms=round(seconds * 1000, 1),
        user=known_person(request),
        client=client_address(request) or "",
    )
    logger.info("%s %s %s", request.method, path, status, extra=found)


def known_person(request: HttpRequest) -> int | None:
    """Return whose request it turned out to be; nobody is looked up for the log alone."""
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject) and user.__dict__.get("_wrapped") is empty:
        return None
    return getattr(user, "pk", None)
