"""Pages that belong to no noun: home, errors, language and theme, and the living page of components."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import services
from accounts.models import Organisation
from accounts.permissions import by_policy
from config import design as components
from config import home as front_page
from workflow.actor import actor
from workflow.middleware import refusal
from workflow.navigation import way_back

YEAR = 365 * 24 * 60 * 60


@by_policy("incident.see")
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", front_page.context(request.user))


@require_POST
@by_policy("incident.see")
def welcomed(request: HttpRequest) -> HttpResponse:
    """Put the summary of the absence away."""
    services.welcomed(by=actor(request))
    return redirect("home")


@require_POST
@by_policy("organisation.edit")
def hide_first_steps(request: HttpRequest) -> HttpResponse:
    """Take the list of what is to be set up off the home page; the organisation's settings bring it back."""
    services.edit_organisation(Organisation.objects.get(), by=actor(request), shows_first_steps=False)
    return redirect("home")


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("language", "")
    known = wanted in dict(settings.LANGUAGES)
    return preference(request, settings.LANGUAGE_COOKIE_NAME, language=wanted) if known else back(request)


@require_POST
@login_not_required
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or whatever the system shows, which is kept as nothing at all."""
    wanted = request.POST.get("theme", "")
    if wanted not in {"light", "dark", "system"}:
        return back(request)
    return preference(request, "theme", theme="" if wanted == "system" else wanted)


def preference(request: HttpRequest, cookie: str, **choice: str) -> HttpResponse:
    """Keep a choice with the person, and in a cookie for the pages before the sign-in."""
    (wanted,) = choice.values()
    response = back(request)
    response.set_cookie(cookie, wanted, max_age=YEAR, secure=settings.USE_HTTPS, httponly=True, samesite="Lax")
    if request.user.is_authenticated:
        services.edit_profile(request.user, by=actor(request), **choice)
    return response


def back(request: HttpRequest) -> HttpResponse:
    return redirect(way_back(request, "/"))


@by_policy("schema.see")
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state, as the product draws it."""
    return render(request, "design.html", components.context(request.user))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refusal(request, 403, "csrf_failed", _("The form has expired. Load the page again."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return refusal(request, 413, "too_large", "")
    return refusal(request, 400, "invalid", "")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, 403, "permission_denied", str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, 404, "not_found", "")


def broken(request: HttpRequest) -> HttpResponse:
    return refusal(request, 500, "error", "")
