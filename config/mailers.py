"""EMAIL_URL as Django's MAILERS."""

from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def mailers(url: str) -> dict[str, Any]:
    """Return MAILERS for EMAIL_URL: `smtp://`, `smtp+tls://` (STARTTLS), `smtps://` (TLS from the start), `console://`."""
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        return {"default": MAILERS_BY_SCHEME[parts.scheme](parts)}
    except (KeyError, ValueError) as error:
        raise ImproperlyConfigured(
            "EMAIL_URL is not understood. Write smtp+tls://user:password@mail.example.org:587"
        ) from error


def smtp(parts: SplitResult) -> dict[str, Any]:
    if not parts.hostname:
        raise ValueError("no host")
    options = {
        "host": parts.hostname,
        "port": parts.port,
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme in {"smtps", "smtp+ssl"},
        "timeout": SMTP_TIMEOUT,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


def console(parts: SplitResult) -> dict[str, Any]:
    return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}


SMTP_TIMEOUT = 10  # seconds for each answer of the server
MAILERS_BY_SCHEME = {**dict.fromkeys(["smtp", "smtp+tls", "smtp+ssl", "smtps"], smtp), "console": console}
