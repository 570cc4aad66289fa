"""Faults on the way to a Sentry of the organisation (SENTRY_DSN): where it broke, never whose data it was."""

import re
from typing import Any

import sentry_sdk
from django.conf import settings

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
SECRET = re.compile(r"[A-Za-z0-9_-]{20,}(?::[A-Za-z0-9_-]+)?")  # tokens, keys, digests
KEPT = {"method", "url"}  # of a request


def start() -> None:
    """Begin to report, if there is anybody to report to."""
    if settings.SENTRY_DSN:
        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            release=settings.VERSION,
            environment=settings.ENVIRONMENT,
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            before_send=anonymous,
        )


def anonymous(event: Any, hint: dict[str, Any]) -> Any:
    """Take out who it was, what they sent, and whatever looks like an address or a secret."""
    event.pop("user", None)
    event.pop("extra", None)
    request = {name: value for name, value in event.get("request", {}).items() if name in KEPT}
    if request:
        event["request"] = request | {"url": clean(request.get("url", "").partition("?")[0])}
    for exception in event.get("exception", {}).get("values", []):
        exception["value"] = clean(str(exception.get("value", "")))
    entry = event.get("logentry")
    if entry:
        event["logentry"] = {"message": clean(str(entry.get("message", "")))}  # without what was filled in
    return event


def clean(text: str) -> str:
    return SECRET.sub("…", ADDRESS.sub("…", text))
