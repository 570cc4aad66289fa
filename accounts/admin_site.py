"""Django Admin behind the product's own doors: one sign-in with its lock-out, one way to change a password."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import views


class GuardedAdminSite(admin.AdminSite):
    """Opens to administrators; with REQUIRE_2FA only to those who set up a second factor."""

    site_header = site_title = gettext_lazy("Vakhta")
    index_title = gettext_lazy("All records")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Leave out groups: roles and the policy table say who may what."""
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        super().register([model for model in models if model is not Group], admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not self.lacks_second_factor(request)

    def lacks_second_factor(self, request: HttpRequest) -> bool:
        return settings.REQUIRE_2FA and not getattr(request.user, "is_guarded", False)

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The sign-in page; whoever is signed in already is told what is missing."""
        if not request.user.is_authenticated or self.has_permission(request):
            return views.sign_in(request)
        if not super().has_permission(request):
            raise PermissionDenied(_("Django Admin is for administrators."))
        messages.warning(request, _("Django Admin opens only with a second factor. Set it up here."))
        return redirect("accounts:second-factor")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("accounts:change-password")
