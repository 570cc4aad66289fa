"""Pages of apps below accounts ask the policy table through here; accounts puts its answer in place when it starts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

type Page = Callable[..., HttpResponseBase]
type Require = Callable[[Any, str], None]


def shut(user: Any, verb: str) -> None:
    raise PermissionDenied


class Guard:
    """Who answers; until somebody does, every door is shut."""

    require: Require = staticmethod(shut)


def answer_by(require: Require) -> None:
    Guard.require = staticmethod(require)


def by_policy(verb: str) -> Callable[[Page], Page]:
    """Open a page to whom the table allows `verb` on any object at all; which objects, the queryset says."""

    def guard(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            Guard.require(request.user, verb)
            return page(request, *args, **kwargs)

        guarded.policy = verb  # type: ignore[attr-defined]
        return guarded

    return guard
