"""What every page needs to know."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import organisation
from notifications.menu import unread_of
from workflow.navigation import offered_to

THEMES = {"light", "dark"}


def page(request: HttpRequest) -> dict[str, Any]:
    """The menu (asked for only where a page prints it), whose journal this is, and how it looks."""
    user = getattr(request, "user", None)
    return {
        "unread": cache(lambda: unread_of(user)),
        "menu": SimpleLazyObject(lambda: offered_to(user)),
        "organisation": organisation.current().name,
        "version": settings.VERSION,
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
    }


def theme_of(request: HttpRequest) -> str:
    """The person's theme, a stranger's cookie, or nothing: then the system decides."""
    wanted = getattr(getattr(request, "user", None), "theme", None)
    if wanted is None:
        wanted = request.COOKIES.get("theme", "")
    return wanted if wanted in THEMES else ""
