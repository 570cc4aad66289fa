"""The policy table at the doors: every viewset and every page declares the verb that opens it."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import policy
from workflow.guards import by_policy as by_policy

OWN_ACCOUNT = "user.profile"


class ByPolicy(BasePermission):
    """Opens an action to whom the table allows the verb that the view declares for it; a view without one is shut."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        if not is_offered(view, request.method or ""):
            return True  # DRF answers 405
        verbs = declared(view)
        if getattr(request.user, "must_change_password", False) and OWN_ACCOUNT not in verbs:
            raise PermissionDenied(_("Choose a password of your own first."), code="password_change_required")
        return any(policy.allows(request.user, verb) for verb in verbs)

    def has_object_permission(self, request: Request, view: Any, obj: Model) -> bool:
        return any(policy.allows(request.user, verb, obj) for verb in declared(view))


def is_offered(view: Any, method: str) -> bool:
    return method != "OPTIONS" and hasattr(view, method.lower())


def declared(view: Any, method: str = "") -> tuple[str, ...]:
    """Return the verbs, one of which must be allowed, for the action at hand."""
    method = method or view.request.method
    method = "GET" if method == "HEAD" else method
    verbs = view.policy.get(getattr(view, "action", None) or method.lower(), ())
    if isinstance(verbs, dict):
        verbs = verbs.get(method, ())
    return (verbs,) if isinstance(verbs, str) else tuple(verbs)


def may(verb: str) -> Callable[[Any], bool]:
    """Return a question for menus: may this person do `verb` to anything?"""
    return lambda user: policy.allows(user, verb)
