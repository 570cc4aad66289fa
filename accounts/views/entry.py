"""Coming in: signing in with one or two factors, registering, a forgotten password, an invitation."""

import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms import AccountForm, CodeForm, ForgottenForm, NewPasswordForm, RegistrationForm, SignInForm
from accounts.links import product_url
from accounts.models import Standing, User
from accounts.permissions import by_policy
from accounts.throttle import Wait
from accounts.views.answering import attempt, shown
from workflow.actor import Channel
from workflow.address import client_address

HALF, HALF_SECONDS = "half_signed_in", 5 * 60  # between the password and the code


@never_cache
@sensitive_post_parameters("password")
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(wanted(request))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        given = {**form.cleaned_data, "address": client_address(request), "door": "page"}
        user = attempt(form, lambda: services.check_credentials(**given))
        if user:
            return enter(request, user)
        if not form.errors:
            form.add_error(None, _("No account fits this name and password."))
    may_register = settings.REGISTRATION_MODE != "closed"
    return shown(request, "accounts/sign_in.html", form, next=request.GET.get("next", ""), may_register=may_register)


def enter(request: HttpRequest, user: User) -> HttpResponse:
    """Start the session, or ask for the second factor first."""
    target = wanted(request)
    if not user.is_guarded:
        login(request, user)
        return redirect(target)
    request.session.cycle_key()
    request.session[HALF] = {
        "user": user.pk, "hash": user.get_session_auth_hash(), "at": int(time.time()), "next": target,
    }  # fmt: skip
    return redirect("accounts:sign-in-code")


@never_cache
@login_not_required
def sign_in_code(request: HttpRequest) -> HttpResponse:
    half = request.session.get(HALF, {})
    user = half_signed_in(half)
    if user is None:
        request.session.pop(HALF, None)
        return redirect(settings.LOGIN_URL)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        otp, address = form.cleaned_data["otp"], client_address(request)
        attempt(form, lambda: services.check_second_factor(user, otp, address=address, door="page"))
        if not form.errors:
            del request.session[HALF]
            login(request, user)
            return redirect(half["next"])
    return shown(request, "accounts/sign_in_code.html", form)


def half_signed_in(half: dict[str, Any]) -> User | None:
    """Return who gave the right password a moment ago; a password changed since then does not count."""
    user = User.objects.filter(pk=half.get("user")).first()
    if user is None or user.standing != Standing.ACTIVE or time.time() - half["at"] > HALF_SECONDS:
        return None
    return user if constant_time_compare(half["hash"], user.get_session_auth_hash()) else None


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


@never_cache
@sensitive_post_parameters("password")
@login_not_required
def register(request: HttpRequest) -> HttpResponse:
    if settings.REGISTRATION_MODE == "closed":
        return render(request, "accounts/registration_closed.html", status=403)
    form = RegistrationForm(request.POST or None)
    if form.is_valid():
        address = client_address(request)
        user = attempt(form, lambda: services.register(address=address, channel=Channel.PAGE, **form.cleaned_data))
        if user:
            return render(request, "accounts/registered.html", {"person": user})
    return shown(request, "accounts/register.html", form)


@never_cache
@login_not_required
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a reset letter; the answer is the same for every address."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        asked = {**form.cleaned_data, "product_url": product_url(request), "address": client_address(request)}
        if attempt(form, lambda: services.request_reset(**asked, language=get_language() or settings.LANGUAGE_CODE)):
            return render(request, "accounts/letter_sent.html", {"email": form.cleaned_data["email"]})
    return shown(request, "accounts/forgotten.html", form)


@never_cache
@sensitive_post_parameters()
@login_not_required
def reset_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Choose a new password by the link of a letter."""
    address = client_address(request)
    try:
        person = services.find_reset(uid, token, address=address)
    except (ValidationError, Wait) as refusal:
        return dead_link(request, refusal)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        new = form.cleaned_data["new_password"]
        if attempt(form, lambda: services.reset_password(uid, token, new=new, address=address, channel=Channel.PAGE)):
            messages.success(request, _("The password is changed. Sign in with it."))
            return redirect(settings.LOGIN_URL)
    return shown(request, "accounts/reset_password.html", form, person=person)


@never_cache
@sensitive_post_parameters("password")
@login_not_required
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account that an invitation promises."""
    try:
        invitation = services.find_invitation(token, address=client_address(request))
    except (ValidationError, Wait) as refusal:
        return dead_link(request, refusal)
    form = AccountForm(request.POST or None)
    if form.is_valid():
        given = {"channel": Channel.PAGE, **form.cleaned_data}
        user = attempt(form, lambda: services.accept_invitation(invitation, **given))
        if user:
            login(request, user)
            return redirect(settings.LOGIN_REDIRECT_URL)
    return shown(request, "accounts/accept_invitation.html", form, invitation=invitation)


def dead_link(request: HttpRequest, refusal: ValidationError | Wait) -> HttpResponse:
    """Say why a link from a letter does not open anything."""
    if isinstance(refusal, Wait):
        response = render(request, "accounts/dead_link.html", {"reason": refusal.detail}, status=429)
        response["Retry-After"] = str(refusal.wait)
        return response
    return render(request, "accounts/dead_link.html", {"reason": " ".join(refusal.messages)}, status=400)
