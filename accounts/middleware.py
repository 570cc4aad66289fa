import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from accounts import organisation, sessions


class SessionMiddleware(AuthenticationMiddleware):
    """Makes `request.user` the person whose browser session this is, while the sign-in behind it lives."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: sessions.person_behind(request))  # type: ignore[assignment]


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
