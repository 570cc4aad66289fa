from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from accounts.policy import allows, require
from accounts.views.answering import attempt, shown
from incidents.forms import NoteForm, ReasonForm
from monitoring.heartbeats import exports, services
from monitoring.heartbeats.addresses import ping_url
from monitoring.heartbeats.badges import address_of, meant_by
from monitoring.heartbeats.badges import badge as badge_of
from monitoring.heartbeats.filters import HeartbeatFilter
from monitoring.heartbeats.forms import HeartbeatForm
from monitoring.models import Heartbeat
from workflow.actor import actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send
from workflow.models import Event
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
STRIP = 40  # pings that the strip shows
SECTION = {"section": "heartbeats"}


def found(request: HttpRequest, pk: int) -> Heartbeat:
    return get_object_or_404(Heartbeat.objects.visible_to(request.user).select_related("incident"), pk=pk)


def listed(request: HttpRequest) -> Any:
    rows = Heartbeat.objects.visible_to(request.user).present()
    filterset = HeartbeatFilter(request.GET, queryset=rows, request=request)
    return filterset.qs if filterset.is_valid() else rows.none()


@require_safe
@by_policy("heartbeat.see")
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "page": BoundedPaginator(listed(request).for_list(), PAGE_SIZE).get_page(request.GET.get("page")),
        "is_filtered": bool(request.GET.get("down") or request.GET.get("search")),
    }
    return render(request, "heartbeats/list.html", SECTION | context)


@require_safe
@by_policy("heartbeat.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    heartbeat = found(request, pk)
    recent = list(heartbeat.pings.all()[:STRIP])
    events = Event.objects.about(heartbeat).for_list().reverse()
    context = {
        "heartbeat": heartbeat,
        "verbs": offered(request.user, heartbeat),
        "recent": recent[:12],
        "strip": bars(recent),
        "badge_url": request.build_absolute_uri(address_of(heartbeat)),
        "hidden_url": ping_url(request, f"…{heartbeat.token_end}"),
        "events": BoundedPaginator(events, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "heartbeats/card.html", SECTION | context)


def bars(recent: list[Any]) -> list[dict[str, Any]]:
    """The last pings from left to right, each as wide as the other; failures stand taller than successes."""
    done = [ping for ping in reversed(recent) if ping.kind in {"success", "fail"}]
    width = 100 / max(len(done), 1)
    return [
        {"state": ping.look, "x": f"{place * width:.2f}%", "width": f"{width * 0.8:.2f}%"}
        for place, ping in enumerate(done)
    ]


def offered(user: Any, heartbeat: Heartbeat) -> dict[str, bool]:
    if heartbeat.deleted_at is not None:
        return {"undelete": allows(user, "heartbeat.undelete", heartbeat)}
    return {name: allows(user, f"heartbeat.{name}", heartbeat) for name in ("edit", "delete")}


@by_policy("heartbeat.create")
def create(request: HttpRequest) -> HttpResponse:
    form = HeartbeatForm(request.POST or None, initial={"period_seconds": 86400, "enabled": True})
    if form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        issued = attempt(form, lambda: services.create(by=actor(request), **fields))
        if issued:
            return token_page(request, issued)
    return shown(request, "heartbeats/form.html", form, **SECTION)


def token_page(request: HttpRequest, issued: services.Issued) -> HttpResponse:
    """Show the address to ping, this once."""
    context = {"heartbeat": issued.heartbeat, "ping_url": ping_url(request, issued.token)}
    response = render(request, "heartbeats/token.html", SECTION | context)
    response["Cache-Control"] = "no-store"
    return response


@by_policy("heartbeat.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    heartbeat = found(request, pk)
    require(request.user, "heartbeat.edit", heartbeat)
    start = {name: getattr(heartbeat, name) for name in HeartbeatForm.base_fields}
    form = HeartbeatForm(request.POST or None, initial=start)
    if form.is_valid():
        by, typed = actor(request), form.cleaned_data
        if attempt(form, lambda: done(services.edit, heartbeat, by=by, **typed)):
            messages.success(request, _("Saved."))
            return redirect(heartbeat)
    return shown(request, "heartbeats/form.html", form, heartbeat=heartbeat, **SECTION)


class Dialog(NamedTuple):
    """The form of one verb: who may, what it does, its words."""

    policy: str
    service: Callable[..., Any]
    form: type[forms.Form]
    title: Any
    button: Any
    text: Any = ""
    look: str = "btn-primary"


DIALOGS = {
    "rotate": Dialog(
        "heartbeat.edit", services.rotate, NoteForm, _("Give a new address"), _("New address"),
        _("The old one is worthless at once: give the new one to the job before it is due."),
    ),
    "delete": Dialog(
        "heartbeat.delete", services.delete, ReasonForm, _("Delete the heartbeat"), _("Delete"),
        _("It is expected no more and leaves all lists. Its pings are kept, an administrator can restore it."),
        "btn-risk",
    ),
    "undelete": Dialog(
        "heartbeat.undelete", services.undelete, NoteForm, _("Restore the heartbeat"), _("Restore"),
        _("It is expected again, at the address it had."),
    ),
}  # fmt: skip


def done(service: Callable[..., Any], heartbeat: Heartbeat, **arguments: Any) -> Any:
    """Do the verb and return what it gives, or that it was done."""
    return service(heartbeat, **arguments) or True


def verb_page(verb: str) -> Callable[..., HttpResponseBase]:
    """Make the page of one verb: a dialog's target, and a form of its own where there is no JavaScript."""
    dialog = DIALOGS[verb]

    @by_policy(dialog.policy)
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        heartbeat = found(request, pk)
        require(request.user, dialog.policy, heartbeat)
        form = dialog.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            result = attempt(form, lambda: done(dialog.service, heartbeat, by=actor(request), **form.cleaned_data))
            if isinstance(result, services.Issued):
                return token_page(request, result)
            if result:
                messages.success(request, _("Done."))
                return redirect("heartbeats:list" if verb == "delete" else heartbeat)
        return shown(request, "heartbeats/verb.html", form, heartbeat=heartbeat, sheet=dialog, **SECTION)

    return page


@require_safe
@by_policy("heartbeat.see")
def badge(request: HttpRequest, pk: int) -> HttpResponse:
    return picture(request, found(request, pk))


@require_safe
@login_not_required
def public_badge(request: HttpRequest, signed: str) -> HttpResponse:
    """For pages of others, such as a wiki in the same network; the signature stands for the permission."""
    heartbeat = meant_by(signed)
    if heartbeat is None:
        raise Http404
    response = picture(request, heartbeat)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def picture(request: HttpRequest, heartbeat: Heartbeat) -> HttpResponse:
    context = {"badge": badge_of(heartbeat)}
    response = render(request, "heartbeats/badge.svg", context, content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=30"
    return response


@require_safe
@by_policy("heartbeat.export")
def export(request: HttpRequest) -> HttpResponseBase:
    form = request.GET.get("format", "csv")
    form = form if form in FORMATS else "csv"
    return send(exports.register(listed(request)), form, by=actor(request), filters=filters_of(request.GET))
