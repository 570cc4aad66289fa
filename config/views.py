"""Pages that belong to no noun: home, errors, language and theme, and the living page of components."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import CharField, ChoiceField, Form, Textarea
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import services
from accounts.permissions import by_policy
from config import home as front_page
from incidents.models import Incident
from workflow.actor import actor
from workflow.middleware import refusal
from workflow.models import Event
from workflow.navigation import way_back

YEAR = 365 * 24 * 60 * 60


@by_policy("incident.see")
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", front_page.context(request.user))


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


class SampleForm(Form):
    """A form for the page of components."""

    title = CharField(label=gettext_lazy("title"), max_length=40, help_text=gettext_lazy("In a few words."))
    severity = ChoiceField(label=gettext_lazy("severity"), choices=Incident.Severity)
    text = CharField(label=gettext_lazy("text"), required=False, widget=Textarea({"rows": 3}))


@by_policy("schema.see")
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state, as the product draws it."""
    context = {
        "section": "design",
        "statuses": [Incident(status=status) for status in Incident.Status],
        "severities": [Incident(severity=severity) for severity in Incident.Severity],
        "form": SampleForm(),
        "wrong_form": SampleForm({"title": "x" * 50, "severity": "unknown"}),
        "samples": samples(request.user),
        "events": sample_events(request.user),
        "spans": [42 * 60, 75 * 60, 2 * 3600, 76 * 3600, None],
        "tones": ["blue", "green", "amber", "red", "violet", "grey"],
    }
    return render(request, "design.html", context)


def samples(user: Any) -> list[Incident]:
    """Incidents that are in no database, for the page of components."""
    title = gettext_lazy("A title that is long enough to need a second line on a phone")
    rows = zip(Incident.Status.values, Incident.Severity.values, (1, 2, 5, 1400), strict=True)
    return [
        Incident(
            status=status, severity=severity, occurrences=count, title=title, reporter=user, created_at=timezone.now()
        )
        for status, severity, count in rows
    ]


def sample_events(user: Any) -> list[Event]:
    """A comment after a taking after a report, never stored."""
    taken = {"before": {"status": "open"}, "after": {"status": "in_progress"}}
    lines: list[tuple[str, dict[str, Any]]] = [
        ("comment", {"note": gettext_lazy("What is wrong and what to do.")}),
        ("take", taken),
        ("report", {}),
    ]
    return [Event(actor_label=user.name, channel="page", verb=verb, at=timezone.now(), **kw) for verb, kw in lines]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refusal(request, 403, "csrf_failed", _("The form has expired. Load the page again."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, 400, "invalid", "")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, 403, "permission_denied", str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, 404, "not_found", "")


def broken(request: HttpRequest) -> HttpResponse:
    return refusal(request, 500, "error", "")
