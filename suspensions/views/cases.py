from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows, require
from attachments import archives
from attachments import views as attachments
from incidents.models import Incident
from suspensions import exports, lists, services
from suspensions.forms.cases import (
    CloseForm,
    CommentForm,
    EditForm,
    LinkRiskForm,
    NoteForm,
    PlanForm,
    ReasonForm,
    RecordForm,
    RegulateForm,
    ReopenForm,
    RestoreForm,
    SegmentForm,
    usual,
)
from suspensions.lengths import scheduled
from suspensions.models import Risk, Suspension
from suspensions.views.dialogs import Dialog, dialog_page, did
from workflow.actor import Actor, actor
from workflow.exports import PAPER_FORMATS, filters_of
from workflow.exports import export as send
from workflow.models import Event
from workflow.navigation import way_back
from workflow.pagination import BoundedPaginator

EVENTS_ON_A_PAGE = 50


def link_risk(case: Suspension, *, by: Actor, risk: Risk) -> None:
    services.link(risk, by=by, suspension=case)


DIALOGS = {
    "restore": Dialog(
        "suspension.restore", services.restore, RestoreForm, _("Mark the process restored"), _("Restored"),
        _("The case is ended."), text=_("Say when it ran again, and what helped."),
    ),
    "investigate": Dialog(
        "suspension.investigate", services.investigate, NoteForm, _("Look into the cause"), _("Investigate"),
        _("The cause is being looked for."),
    ),
    "close": Dialog(
        "suspension.close", services.close, CloseForm, _("Close the case"), pgettext_lazy("verb", "Close"),
        _("The case is closed."),
        text=_("Needs measures and root cause, but for planned work. A closed case is not changed."),
    ),
    "reopen": Dialog(
        "suspension.reopen", services.reopen, ReopenForm, _("Reopen the case"),
        pgettext_lazy("downtime", "Reopen"), _("The case runs again."),
        text=_("The process is down after all: the finish is gone until it is marked restored again."),
    ),
    "plan": Dialog(
        "suspension.plan", services.plan, PlanForm, _("Planned or not"), _("Save"), _("The case is classified anew."),
    ),
    "call-off": Dialog(
        "suspension.call_off", services.call_off, ReasonForm, _("Call off the planned work"),
        pgettext_lazy("planned work", "Call off"),
        _("The planned work is called off."), "btn-risk",
        _("It does not take place: it leaves every figure and stays in the journal with its reason."),
    ),
    "regulate": Dialog(
        "suspension.regulate", services.regulate, RegulateForm, _("What the regulator hears"), _("Save"), _("Saved."),
    ),
    "confirm": Dialog(
        "suspension.confirm", services.confirm, NoteForm, _("Take the draft into the journal"), _("Take in"),
        _("The case has its number and counts."),
    ),
    "segment": Dialog(
        "suspension.edit", services.add_segment, SegmentForm, _("Another share of the service"), _("Save"),
        _("The segments are changed."), text=_("From then on another share was lost. What stood there gives way."),
    ),
    "link-risk": Dialog(
        "risk.edit", link_risk, LinkRiskForm, _("Link a risk"), pgettext_lazy("verb", "Link"), _("The case is linked."),
        text=_("The risk came true in this case: it counts among its events and losses of the year."),
    ),
    "delete": Dialog(
        "suspension.delete", services.delete, ReasonForm, _("Delete the case"), _("Delete"), _("The case is deleted."),
        "btn-risk", _("It leaves every list and figure. Its timeline is kept, an administrator can bring it back."),
    ),
    "undelete": Dialog(
        "suspension.undelete", services.undelete, NoteForm, _("Bring the case back"), _("Bring back"),
        _("The case is back."),
    ),
}  # fmt: skip


def found(request: HttpRequest, pk: int) -> Suspension:
    return get_object_or_404(Suspension.objects.visible_to(request.user).for_card(), pk=pk)


@require_safe
@by_policy("suspension.see")
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "suspensions/list.html", lists.context(request))


@require_safe
@by_policy("suspension.export")
def export(request: HttpRequest) -> HttpResponseBase:
    form = request.GET.get("format", "csv")
    form = form if form in PAPER_FORMATS else "csv"
    rows = lists.chosen(request).rows
    return send(exports.register(rows), form, by=actor(request), filters=filters_of(request.GET))


@require_safe
@by_policy("suspension.create")
def blank(request: HttpRequest) -> HttpResponse:
    """An empty form on paper, for when the journal itself is what failed."""
    return render(request, "suspensions/blank.html", {"section": "suspensions", "columns": range(2)})


@require_safe
@by_policy("suspension.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "suspensions/card.html", card(request, found(request, pk), CommentForm()))


def card(request: HttpRequest, case: Suspension, comment: forms.Form) -> dict[str, Any]:
    prefetch_related_objects([case], "segments")  # the card, its lengths and its limits all ask for them
    readable = Event.objects.about(case).readable(internal=allows(request.user, "timeline.internal"))
    events = readable.for_list().reverse()
    if request.GET.get("timeline") == "comments":
        events = events.filter(verb="comment")
    siblings = case.incident.suspensions.present().exclude(pk=case.pk) if case.incident else Suspension.objects.none()
    return {
        "section": "suspensions",
        "suspension": case,
        "segments": case.segments.all(),
        "scheduled": scheduled(case.segments.all(), case.process.working_time()),
        "events": BoundedPaginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page")),
        "comment_form": comment,
        "files": case.files.for_list(),
        "verbs": offered(request.user, case),
        "siblings": siblings.select_related("process"),
        "risks": Risk.objects.visible_to(request.user).present().filter(suspensions=case),
        "may_see_risks": allows(request.user, "risk.see"),
        "may_link": case.number is not None and case.deleted_at is None and allows(request.user, "risk.edit"),
    }


def offered(user: Any, case: Suspension) -> dict[str, bool]:
    """Return the verbs whose button appears: the policy allows them and the status makes them possible."""
    verbs = {verb: True for verb in case.possible_verbs() if allows(user, f"suspension.{verb}", case)}
    if case.start <= timezone.now() and not allows(user, "suspension.plan", case):
        verbs.pop("call_off", None)
    return verbs


@by_policy("suspension.create")
def create(request: HttpRequest) -> HttpResponse:
    """Record downtime; `incident` in the address is where it was noticed."""
    asked = request.GET.get("incident", "")
    visible = Incident.objects.visible_to(request.user).present()
    incident = visible.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    initial = usual(request.user, incident.created_at if incident else timezone.now())
    initial |= {"incident": incident.pk, "description": incident.description} if incident else {}
    form = RecordForm(
        request.POST or None, request.FILES or None, initial=initial, incident=incident.pk if incident else None,
        classifies=allows(request.user, "suspension.plan"),
    )  # fmt: skip
    status = 400
    if form.is_valid():
        made: list[Suspension] = []
        fields = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        status = attachments.received(form, lambda files: record(request, form, made, fields | {"files": files}))
        if made:
            numbers = ", ".join(case.label for case in made)
            messages.success(request, _("Downtime is recorded: %(number)s.") % {"number": numbers})
            return redirect(made[0].incident if len(made) > 1 and made[0].incident else made[0])
    context = {"section": "suspensions", "form": form, "incident": incident}
    return render(request, "suspensions/create.html", context, status=status if form.errors else 200)


def record(request: HttpRequest, form: forms.Form, made: list[Suspension], fields: dict[str, Any]) -> None:
    def register(**arguments: Any) -> None:
        made.extend(services.register_siblings(**arguments))

    did(form, register, by=actor(request), **fields)


@by_policy("suspension.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(request, pk)
    require(request.user, "suspension.edit", case)
    initial = {name: getattr(case, name, None) for name in EditForm.base_fields}
    form = EditForm(request.POST or None, initial=initial, case=case)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("note", "version")}
        if did(form, services.revise, case, by=actor(request), **said, **form.touched()):
            messages.success(request, _("Saved."))
            return redirect(case)
    context = {"section": "suspensions", "form": form, "suspension": case}
    return render(request, "suspensions/edit.html", context, status=400 if form.errors else 200)


@require_POST
@by_policy("suspension.restore")
def restore_now(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: the process runs again since now."""
    case = found(request, pk)
    form = NoteForm({})
    if form.is_valid() and did(form, services.restore, case, by=actor(request)):
        messages.success(request, _("The case is ended."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect(way_back(request, case.get_absolute_url()))


@require_POST
@by_policy("suspension.comment")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        services.comment(case, by=actor(request), **form.cleaned_data)
        return redirect(f"{case.get_absolute_url()}#timeline")
    return render(request, "suspensions/card.html", card(request, case, form), status=400)


@by_policy("suspension.attach")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    case = found(request, pk)
    require(request.user, "suspension.attach", case)
    return attachments.attach(request, case, services.attach, section="suspensions")


@require_safe
@by_policy("suspension.see")
def archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    case = found(request, pk)
    return archives.archive(case.label, [row.file for row in case.files.for_list()])


VERB_PAGES = {verb: dialog_page(dialog, found, "suspensions") for verb, dialog in DIALOGS.items()}
