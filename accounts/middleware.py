import zoneinfo
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from accounts import organisation, sessions


class SessionMiddleware(AuthenticationMiddleware):
    """Makes `request.user` the person whose browser session this is, while the sign-in behind it lives."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: sessions.person_behind(request))  # type: ignore[assignment]


class OwnPasswordMiddleware:
    """Leads whoever came with a password that somebody else set to the page where they choose their own."""

    OPEN: ClassVar[set[str]] = {"accounts:change-password", "accounts:sign-out", "language", "theme"}

    def __init__(self, get_response: Callable[[HttpRequest], Any]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if not is_page(request) or match is None or match.view_name in self.OPEN:
            return None
        return redirect("accounts:change-password") if getattr(request.user, "must_change_password", False) else None


class PreferencesMiddleware:
    """Answers in the person's language and time zone; strangers get what their browser or the cookie asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if is_page(request) else None
        language = getattr(user, "language", "") or translation.get_language_from_request(request)
        zone = getattr(user, "time_zone", "") or organisation.current().time_zone
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response


def is_page(request: HttpRequest) -> bool:
    """API requests carry tokens: asking for their session's user would be a query for nothing."""
    return not request.path.startswith("/api/") or request.path.startswith("/api/admin/")
