"""Pages that belong to no noun: home, errors, language and theme, and the living page of components."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import CharField, ChoiceField, Form, Textarea
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import services
from accounts.permissions import by_policy
from incidents.models import Incident
from workflow.actor import actor
from workflow.middleware import refusal
from workflow.models import Event

YEAR = 365 * 24 * 60 * 60


@by_policy("incident.see")
def home(request: HttpRequest) -> HttpResponse:
    """What is broken, who is on it: the untaken ones first, then one's own."""
    incidents = Incident.objects.visible_to(request.user).present().active().for_list().by_urgency()
    context = {
        "section": "home",
        "untaken": incidents.untaken()[:10],
        "mine": incidents.filter(assignee=request.user)[:10],
        "taken": incidents.filter(status=Incident.Status.IN_PROGRESS).exclude(assignee=request.user)[:10],
    }
    return render(request, "home.html", context)


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    return preference(request, "language", dict(settings.LANGUAGES), settings.LANGUAGE_COOKIE_NAME)


@require_POST
@login_not_required
def theme(request: HttpRequest) -> HttpResponse:
    return preference(request, "theme", {"light", "dark"}, "theme")


def preference(request: HttpRequest, name: str, known: Any, cookie: str) -> HttpResponse:
    """Keep a choice with the person, or in a cookie for a stranger, and go back."""
    wanted, back = request.POST.get(name, ""), request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(back if safe else "/")
    if wanted in known:
        response.set_cookie(cookie, wanted, max_age=YEAR, secure=settings.USE_HTTPS, httponly=True, samesite="Lax")
        if request.user.is_authenticated:
            services.edit_profile(request.user, by=actor(request), **{name: wanted})
    return response


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
