"""The pages of the duty table. Of escalation speaks `policy_views`, of response times `response`."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from accounts.policy import allows, require
from accounts.views.answering import attempt, shown
from incidents.forms import NoteForm, ReasonForm
from incidents.models import Duty, DutyQuerySet
from incidents.oncall import exports, services
from incidents.oncall.filters import DutyFilter
from incidents.oncall.forms import DutyForm, RotaForm, SubstituteForm
from incidents.oncall.weeks import overview
from workflow.actor import actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send
from workflow.models import Event
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 25
SECTION = {"section": "oncall"}


def found(request: HttpRequest, pk: int) -> Duty:
    rows = Duty.objects.visible_to(request.user).select_related("person", "original__person")
    return get_object_or_404(rows, pk=pk)


@require_safe
@by_policy("duty.see")
def table(request: HttpRequest) -> HttpResponse:
    """Who is on duty now, the next weeks with their gaps in red, and the duties one by one."""
    now, past = timezone.now(), request.GET.get("tab") == "past"
    rows = Duty.objects.visible_to(request.user).present().for_list()
    listed = rows.filter(finish__lte=now).order_by("-start", "-pk") if past else rows.filter(finish__gt=now)
    context = {
        "overview": overview(now),
        "page": BoundedPaginator(listed, PAGE_SIZE).get_page(request.GET.get("page")),
        "past": past,
        "now": now,
    }
    return render(request, "oncall/table.html", SECTION | context)


@require_safe
@by_policy("duty.see")
def tile(request: HttpRequest) -> HttpResponse:
    """Who is on duty now, for the home page."""
    return render(request, "oncall/tile.html", {"overview": overview(timezone.now())})


@require_safe
@by_policy("duty.see")
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(request, pk)
    events = Event.objects.about(subject).for_list().reverse()
    context = {
        "duty": subject,
        "verbs": offered(request.user, subject),
        "substitutions": subject.substitutions.present().for_list(),
        "events": BoundedPaginator(events, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "oncall/duty.html", SECTION | context)


def offered(user: Any, duty: Duty) -> set[str]:
    if not allows(user, "duty.edit", duty):
        return set()
    if duty.deleted_at is not None:
        return {"undelete"}
    return {"edit", "delete"} | (set() if duty.is_substitution else {"substitute"})


@by_policy("duty.edit")
def plan(request: HttpRequest) -> HttpResponse:
    form = DutyForm(request.POST or None)
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in services.FIELDS}
        if made := attempt(form, lambda: services.plan(by=actor(request), **fields)):
            messages.success(request, _("Saved."))
            return redirect(made)
    return shown(request, "oncall/form.html", form, title=_("Put somebody on duty"), **SECTION)


@by_policy("duty.edit")
def rota(request: HttpRequest) -> HttpResponse:
    form = RotaForm(request.POST or None)
    if form.is_valid():
        made = attempt(form, lambda: services.generate(by=actor(request), **form.cleaned_data))
        if made:
            words = ngettext("%(count)s duty planned.", "%(count)s duties planned.", len(made))
            messages.success(request, words % {"count": len(made)})
            return redirect("oncall:table")
    return shown(request, "oncall/rota.html", form, **SECTION)


@by_policy("duty.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(request, pk)
    start = {name: getattr(subject, name) for name in (*services.FIELDS, "version")}
    form = DutyForm(request.POST or None, initial=start)
    if form.is_valid():
        typed = form.cleaned_data
        if attempt(form, lambda: done(services.edit, subject, by=actor(request), **typed)):
            messages.success(request, _("Saved."))
            return redirect(subject)
    return shown(request, "oncall/form.html", form, title=_("Change the duty"), duty=subject, **SECTION)


@by_policy("duty.edit")
def substitute(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(request, pk)
    start = {"start": max(subject.start, min(timezone.now(), subject.finish)), "finish": subject.finish}
    form = SubstituteForm(request.POST or None, initial=start)
    if form.is_valid():
        by, typed = actor(request), form.cleaned_data
        if attempt(form, lambda: services.substitute(subject, by=by, **typed)):
            messages.success(request, _("Saved."))
            return redirect("oncall:table")
    return shown(request, "oncall/form.html", form, title=_("Let somebody stand in"), duty=subject, **SECTION)


class Dialog(NamedTuple):
    """The form of one verb: what it does, its words."""

    service: Callable[..., Any]
    form: type[forms.Form]
    title: Any
    button: Any
    text: Any = ""
    look: str = "btn-primary"


DIALOGS = {
    "delete": Dialog(
        services.delete, ReasonForm, _("Delete the duty"), _("Delete"),
        _("It leaves the table with its substitutions; its timeline stays, and it can be restored."), "btn-risk",
    ),
    "undelete": Dialog(services.undelete, NoteForm, _("Restore the duty"), _("Restore"), _("It counts again.")),
}  # fmt: skip


def done(service: Callable[..., Any], *subjects: Any, **arguments: Any) -> bool:
    """Do the verb and say that it was done."""
    service(*subjects, **arguments)
    return True


def verb_page(verb: str) -> Callable[..., HttpResponseBase]:
    """Make the page of one verb: a dialog's target, and a form of its own where there is no JavaScript."""
    dialog = DIALOGS[verb]

    @by_policy("duty.edit")
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        subject = found(request, pk)
        require(request.user, "duty.edit", subject)
        form = dialog.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            by, typed = actor(request), form.cleaned_data
            if attempt(form, lambda: done(dialog.service, subject, by=by, **typed)):
                messages.success(request, _("Done."))
                return redirect("oncall:table" if verb == "delete" else subject)
        return shown(request, "oncall/verb.html", form, duty=subject, sheet=dialog, back=subject, **SECTION)

    return page


def listed(request: HttpRequest) -> DutyQuerySet:
    rows = Duty.objects.visible_to(request.user).present()
    filterset = DutyFilter(request.GET, queryset=rows, request=request)
    return filterset.qs if filterset.is_valid() else rows.none()


@require_safe
@by_policy("duty.export")
def export(request: HttpRequest) -> HttpResponseBase:
    form = request.GET.get("format", "csv")
    form = form if form in FORMATS else "csv"
    return send(exports.register(listed(request)), form, by=actor(request), filters=filters_of(request.GET))
