"""One's own account: profile, password, second factor, sessions."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import one_time, services, sessions
from accounts.forms import CodeForm, OwnPasswordForm, PasswordForm, ProfileForm, zone_names
from accounts.models import User
from accounts.permissions import by_policy
from accounts.views.answering import attempt, shown
from workflow.actor import actor
from workflow.address import client_address


@by_policy("user.profile")
def profile(request: HttpRequest) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if form.is_valid():
        services.edit_profile(User.objects.get(pk=person.pk), by=actor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return shown(request, "accounts/profile.html", form, section="profile", zones=zone_names())


@sensitive_post_parameters()
@by_policy("user.profile")
def change_password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        by, given = actor(request), form.cleaned_data
        attempt(
            form,
            lambda: services.change_password(
                by=by,
                current=given["current_password"],
                new=given["new_password"],
                keep=sessions.sid_of(request),
                address=client_address(request),
            ),
        )
        if not form.errors:
            update_session_auth_hash(request, User.objects.get(pk=by.user.pk))
            messages.success(request, _("The password is changed. Other devices have to sign in again."))
            return redirect("accounts:security")
    return shown(request, "accounts/change_password.html", form, section="profile")


@require_safe
@by_policy("user.profile")
def security(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    context = {
        "section": "profile",
        "second_factor": services.second_factor_of(by.user),
        "sessions": by.user.sign_ins.alive().order_by("-last_seen_at"),
        "current": sessions.sid_of(request),
        "wanted": settings.REQUIRE_2FA and by.user.is_admin,
    }
    return render(request, "accounts/security.html", context)


@require_POST
@by_policy("user.profile")
def end_session(request: HttpRequest, sid: UUID) -> HttpResponse:
    by = actor(request)
    services.end_session(get_object_or_404(by.user.sign_ins.alive(), pk=sid), by=by)
    messages.success(request, _("The session is over."))
    return redirect("accounts:security")


@require_POST
@by_policy("user.profile")
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, or everywhere else."""
    by = actor(request)
    keep = sessions.sid_of(request) if request.POST.get("keep_current") else None
    services.sign_out_everywhere(by.user, by=by, keep=keep)
    messages.success(request, _("All other sessions are over.") if keep else _("All sessions are over."))
    return redirect("accounts:security")


@never_cache
@by_policy("user.profile")
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    by = actor(request)
    if User.objects.get(pk=by.user.pk).is_guarded:
        return redirect("accounts:security")
    secret = services.begin_second_factor(by=by)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        otp, keep = form.cleaned_data["otp"], sessions.sid_of(request)
        codes = attempt(form, lambda: services.confirm_second_factor(by=by, otp=otp, keep=keep))
        if codes:
            return recovery_codes(request, codes)
    context = {"section": "profile", "secret": grouped(secret), "qr": one_time.qr(services.uri_of(secret, by.user))}
    return shown(request, "accounts/second_factor.html", form, **context)


def grouped(secret: str) -> str:
    """Return the secret in groups of four, as it is typed by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def recovery_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show the codes, this once."""
    return render(request, "accounts/recovery_codes.html", {"section": "profile", "codes": codes})


@never_cache
@sensitive_post_parameters()
@by_policy("user.profile")
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    form = OwnPasswordForm(request.POST or None)
    if form.is_valid():
        given: dict[str, Any] = {**form.cleaned_data, "address": client_address(request)}
        codes = attempt(form, lambda: services.renew_recovery_codes(by=actor(request), **given))
        if codes:
            return recovery_codes(request, codes)
    return shown(request, "accounts/renew_codes.html", form, section="profile")


@sensitive_post_parameters()
@by_policy("user.profile")
def disable_second_factor(request: HttpRequest) -> HttpResponse:
    form = OwnPasswordForm(request.POST or None)
    if form.is_valid():
        given: dict[str, Any] = {**form.cleaned_data, "address": client_address(request)}
        attempt(form, lambda: services.disable_second_factor(by=actor(request), **given))
        if not form.errors:
            messages.success(request, _("The second factor is off."))
            return redirect("accounts:security")
    return shown(request, "accounts/disable_second_factor.html", form, section="profile")
