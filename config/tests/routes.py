"""Every route of the product but Django Admin's own, as the tests of policy and of bad input walk them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize
from rest_framework.views import APIView

METHODS = ["get", "post", "put", "patch", "delete"]


@dataclass(frozen=True)
class Route:
    """A pattern and who answers it: `path` has `%(pk)s` where an object's key belongs."""

    path: str
    view: Any
    actions: dict[str, str]  # method -> the name under which `policy` declares it

    @property
    def is_api(self) -> bool:
        return isinstance(self.view, type) and issubclass(self.view, APIView)

    @property
    def policy(self) -> Any:
        return getattr(self.view, "policy", None)

    def at(self, **keys: Any) -> str:
        return f"/{self.path % keys}"


def walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + normalize(pattern.pattern.regex.pattern)[0][0]
        if not isinstance(pattern, URLResolver):
            yield path, pattern
        elif pattern.app_name != "admin":
            yield from walk(pattern.url_patterns, path)


def actions_of(callback: Any, view: Any) -> dict[str, str]:
    """Return the methods a view offers; those of a page show only when it is asked."""
    if hasattr(callback, "actions"):
        return {method: action for method, action in callback.actions.items() if method in METHODS}
    return {method: method for method in METHODS if hasattr(view, method)}


def route_of(path: str, callback: Any) -> Route:
    view = getattr(callback, "cls", None) or getattr(callback, "view_class", None) or callback
    return Route(path, view, actions_of(callback, view))


ROUTES = [route_of(path, pattern.callback) for path, pattern in walk(get_resolver().url_patterns)]
API = [route for route in ROUTES if route.is_api]
PAGES = [route for route in ROUTES if not route.is_api]
