import zoneinfo
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import services, sessions
from accounts.forms import PasswordForm, ProfileForm, SignInForm
from accounts.models import User
from accounts.permissions import by_policy
from workflow.actor import actor
from workflow.address import client_address


@never_cache
@sensitive_post_parameters("password")
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(wanted(request))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        user = services.check_credentials(**form.cleaned_data, address=client_address(request), door="page")
        if user:
            login(request, user)
            return redirect(wanted(request))
        form.add_error(None, _("No account fits this name and password."))
    context = {"form": form, "next": request.GET.get("next", "")}
    return render(request, "accounts/sign_in.html", context, status=400 if form.errors else 200)


def wanted(request: HttpRequest) -> str:
    """Return where the person was going, if that is here."""
    target = request.POST.get("next") or request.GET.get("next") or settings.LOGIN_REDIRECT_URL
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else settings.LOGIN_REDIRECT_URL


@require_POST
@by_policy("user.profile")
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGIN_URL)


@by_policy("user.profile")
def profile(request: HttpRequest) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if form.is_valid():
        services.edit_profile(User.objects.get(pk=person.pk), by=actor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", profile_context(request, form, PasswordForm()))


@sensitive_post_parameters()
@require_POST
@by_policy("user.profile")
def change_password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid() and changed(request, form):
        messages.success(request, _("The password is changed. Other devices have to sign in again."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", profile_context(request, ProfileForm(instance=request.user), form))


def changed(request: HttpRequest, form: PasswordForm) -> bool:
    by, given = (
        actor(request),
        {"current": form.cleaned_data["current_password"], "new": form.cleaned_data["new_password"]},
    )
    try:
        services.change_password(by=by, keep=sessions.sid_of(request), address=client_address(request), **given)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    update_session_auth_hash(request, by.user)
    return True


def profile_context(request: HttpRequest, form: ProfileForm, password: PasswordForm) -> dict[str, Any]:
    zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc"))
    return {"section": "profile", "form": form, "password_form": password, "zones": zones}
