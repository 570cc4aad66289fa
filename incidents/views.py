from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows, require
from attachments import archives
from attachments import views as attachments
from incidents import exports, lists, services
from incidents.forms import (
    AssignForm,
    CommentForm,
    EditForm,
    NoteForm,
    ReasonForm,
    ReportForm,
    SeverityForm,
    SnoozeForm,
)
from incidents.models import Incident
from workflow import offshoots
from workflow.actor import actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send
from workflow.models import Event
from workflow.navigation import way_back
from workflow.pagination import BoundedPaginator

EVENTS_ON_A_PAGE = 50


class Dialog(NamedTuple):
    """The form of one verb: what it does, its words, the button's look, and what is said when it is done."""

    service: Callable[..., Any]
    form: type[forms.Form]
    title: Any
    button: Any
    told: Any
    look: str = "btn-primary"
    text: Any = ""


DIALOGS = {
    "take": Dialog(services.take, NoteForm, _("Take the incident"), _("Take"), _("%(number)s is yours.")),
    "release": Dialog(
        services.release, NoteForm, _("Give the incident back"), _("Give back"), _("%(number)s waits for somebody."),
        text=_("Nobody will be on it. Say what you have found out, so that the next one need not start anew."),
    ),
    "resolve": Dialog(
        services.resolve, NoteForm, _("Resolve the incident"), _("Resolve"), _("%(number)s is resolved."),
        text=_("Say what was wrong and what helped: the reporter reads it, and so will you next time."),
    ),
    "close": Dialog(
        services.close, NoteForm, _("Close the incident"), pgettext_lazy("verb", "Close"), _("%(number)s is closed."),
    ),
    "reopen": Dialog(
        services.reopen, NoteForm, _("Reopen the incident"), _("Reopen"), _("%(number)s is being worked on again."),
    ),
    "assign": Dialog(
        services.assign, AssignForm, _("Hand the incident over"), _("Hand over"), _("%(number)s is handed over."),
    ),
    "severity": Dialog(
        services.set_severity, SeverityForm, _("Change the severity"), pgettext_lazy("verb", "Change"),
        _("The severity is changed."),
    ),
    "snooze": Dialog(
        services.snooze, SnoozeForm, _("Put the incident off"), _("Put off"), _("%(number)s is put off."),
        text=_("Nobody is reminded until then. Taking, resolving or closing it ends the pause."),
    ),
    "delete": Dialog(
        services.delete, ReasonForm, _("Delete the incident"), _("Delete"), _("%(number)s is deleted."), "btn-risk",
        text=_("It disappears from all lists and counts. Its timeline is kept, an administrator can restore it."),
    ),
    "undelete": Dialog(
        services.undelete, NoteForm, _("Restore the incident"), _("Restore"), _("%(number)s is back."),
    ),
}  # fmt: skip


def found(request: HttpRequest, pk: int) -> Incident:
    return get_object_or_404(Incident.objects.visible_to(request.user).for_card(), pk=pk)


@require_safe
@by_policy("incident.see")
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "incidents/list.html", lists.context(request))


@require_safe
@by_policy("incident.export")
def export(request: HttpRequest) -> HttpResponseBase:
    chosen = lists.chosen(request)
    form = request.GET.get("format", "csv")
    form = form if form in FORMATS else "csv"
    return send(exports.register(chosen.rows), form, by=actor(request), filters=filters_of(request.GET))


@require_safe
@by_policy("incident.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "incidents/card.html", card(request, found(request, pk), CommentForm()))


def card(request: HttpRequest, incident: Incident, comment: forms.Form) -> dict[str, Any]:
    readable = Event.objects.about(incident).readable(internal=allows(request.user, "timeline.internal"))
    events = readable.for_list().reverse()
    if request.GET.get("timeline") == "comments":
        events = events.filter(verb="comment")
    return {
        "section": "incidents",
        "incident": incident,
        "events": BoundedPaginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page")),
        "comment_form": comment,
        "files": incident.files.for_list(),
        **incident.watchings.aggregate(watchers=Count("pk"), watching=Count("pk", filter=Q(user=request.user.pk))),
        "recurrence": incident.recurrences.present().order_by("pk").first() if incident.integration_id else None,
        "verbs": offered(request.user, incident),
        "similar": Incident.objects.visible_to(request.user)
        .present()
        .similar_to(incident.title)
        .exclude(pk=incident.pk)[:3],
    }


def offered(user: Any, incident: Incident) -> dict[str, bool]:
    """Return the verbs whose button appears: the policy allows them and the status makes them possible."""
    possible = incident.possible_verbs()
    return {verb: True for verb in possible if allows(user, f"incident.{verb}", incident)}


@by_policy("incident.create")
def create(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST or None, request.FILES or None)
    status = 400
    if form.is_valid():
        opened: list[Incident] = []
        texts = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        status = attachments.received(
            form, lambda files: opened.append(services.report(by=actor(request), files=files, **texts))
        )
        if opened:
            messages.success(request, _("%(number)s is open.") % {"number": opened[0].number})
            return redirect(offshoots.onward(opened[0], request.user, request.POST.get("then", "")))
    context = {"section": "incidents", "form": form, "steps": offshoots.next_steps(Incident, request.user)}
    return render(request, "incidents/create.html", context, status=status if form.errors else 200)


@require_safe
@by_policy("incident.create")
def similar(request: HttpRequest) -> HttpResponse:
    """Open incidents like the incident or ticket being typed, so that nobody reports a known outage again."""
    text = (request.GET.get("description") or request.GET.get("title", ""))[:1000]
    incidents = Incident.objects.visible_to(request.user).present().similar_to(text).for_list()[:3]
    return render(request, "incidents/similar.html", {"incidents": incidents})


@by_policy("incident.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    incident = found(request, pk)
    require(request.user, "incident.edit", incident)
    form = EditForm(request.POST or None, initial=initial(EditForm, incident))
    if form.is_valid():
        services.edit(incident, by=actor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(incident)
    context = {"section": "incidents", "form": form, "incident": incident}
    return render(request, "incidents/edit.html", context, status=400 if form.errors else 200)


@require_POST
@by_policy("incident.comment")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    incident = found(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        services.comment(incident, by=actor(request), **form.cleaned_data)
        return redirect(f"{incident.get_absolute_url()}#timeline")
    return render(request, "incidents/card.html", card(request, incident, form), status=400)


@by_policy("incident.attach")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    incident = found(request, pk)
    require(request.user, "incident.attach", incident)
    return attachments.attach(request, incident, services.attach, section="incidents")


@require_safe
@by_policy("incident.see")
def archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    incident = found(request, pk)
    return archives.archive(incident.number, [row.file for row in incident.files.for_list()])


@require_POST
@by_policy("incident.watch")
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    incident = found(request, pk)
    services.watch(incident, by=actor(request))
    messages.success(request, _("You will be told what happens."))
    return redirect(incident)


@require_POST
@by_policy("incident.watch")
def unwatch(request: HttpRequest, pk: int) -> HttpResponse:
    incident = found(request, pk)
    services.unwatch(incident, by=actor(request))
    return redirect(incident)


def verb_page(verb: str) -> Callable[..., HttpResponseBase]:
    """Make the page of one verb: a dialog's target, and a form of its own where there is no JavaScript."""
    dialog = DIALOGS[verb]

    @by_policy(f"incident.{verb}")
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        incident = found(request, pk)
        require(request.user, f"incident.{verb}", incident)
        form = dialog.form(request.POST if request.method == "POST" else None, initial=initial(dialog.form, incident))
        if form.is_valid() and did(dialog.service, incident, form, request):
            messages.success(request, dialog.told % {"number": incident.number})
            return redirect(way_back(request, incident.get_absolute_url()))
        context = {"section": "incidents", "incident": incident, "form": form, "sheet": dialog}
        return render(request, "incidents/verb.html", context, status=400 if form.errors else 200)

    return page


def initial(form: type[forms.Form], incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in form.base_fields if hasattr(incident, name)}


def did(service: Callable[..., Any], incident: Incident, form: forms.Form, request: HttpRequest) -> bool:
    """Do the verb; what its rules say against the input goes to the form."""
    try:
        service(incident, by=actor(request), **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
