from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from suspensions import services
from suspensions.budgets.versions import local_day
from suspensions.forms.cases import NoteForm, ReasonForm
from suspensions.forms.dictionaries import (
    CorrectionForm,
    DictionaryForm,
    EndForm,
    LimitForm,
    ProcessForm,
    RiskSourceForm,
)
from suspensions.models import ProcessLimit, RiskSource, TechProcess
from suspensions.services.limits import TERMS
from suspensions.views.dialogs import Dialog, dialog_page, did
from workflow.actor import actor
from workflow.models import Event

EVENTS = 50
LIMIT_POLICIES = {"approve": "limit.approve"}
LIMIT_DIALOGS = {
    "approve": Dialog(
        "limit.approve", services.approve_limit, NoteForm, _("Approve the limits"), _("Approve"),
        _("The limits are in force."), text=_("The limit that held until replaced ends on the day before."),
    ),
    "withdraw": Dialog(
        "limit.propose", services.withdraw_limit, ReasonForm, _("Withdraw the proposal"), _("Withdraw"),
        _("The proposal is withdrawn."), "btn-risk",
    ),
    "end": Dialog(
        "limit.propose", services.end_limit, EndForm, _("End the limits"), _("Propose the end"),
        _("The end is proposed."), text=_("Once somebody else approves it, no limit is set after that day."),
    ),
}  # fmt: skip


def limit_found(request: HttpRequest, pk: int) -> ProcessLimit:
    return get_object_or_404(ProcessLimit.objects.visible_to(request.user).select_related("process"), pk=pk)


@require_safe
@by_policy("process.see")
def processes(request: HttpRequest) -> HttpResponse:
    today = local_day(timezone.now())
    context = {
        "section": "processes",
        "processes": TechProcess.objects.visible_to(request.user).for_list(),
        "limits": {limit.process_id: limit for limit in ProcessLimit.objects.in_force(today)},
        "proposed": ProcessLimit.objects.proposed().for_list(),
        "sources": RiskSource.objects.visible_to(request.user),
        "today": today,
        "may_edit": allows(request.user, "process.edit"),
        "may_approve": allows(request.user, "limit.approve"),
    }
    return render(request, "suspensions/processes.html", context)


@require_safe
@by_policy("process.see")
def process(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(TechProcess.objects.visible_to(request.user).select_related("owner"), pk=pk)
    context = {
        "section": "processes",
        "process": found,
        "week": [
            (field.verbose_name, found.week[field.name]) for field in found._meta.fields if field.name in found.week
        ],
        "limits": [limit_row(request.user, limit) for limit in found.limits.present().for_list()],
        "cases": found.suspensions.visible_to(request.user).present().for_list()[:5],
        "events": Event.objects.about(found).readable_by_all().for_list().reverse()[:EVENTS],
        "today": local_day(timezone.now()),
        "may_edit": allows(request.user, "process.edit"),
        "may_propose": allows(request.user, "limit.propose"),
    }
    return render(request, "suspensions/process.html", context)


def limit_row(user: Any, limit: ProcessLimit) -> dict[str, Any]:
    verbs = {verb: allows(user, LIMIT_POLICIES.get(verb, "limit.propose")) for verb in limit.possible_verbs()}
    return {"limit": limit, "verbs": verbs}


def entry_form(
    request: HttpRequest, form: DictionaryForm, service: Callable[..., Any], title: Any, back: str, *subjects: Any,
    section: str = "processes",
) -> HttpResponse:  # fmt: skip
    """A form on a page of its own whose values one service stores."""
    if form.is_valid() and did(form, service, *subjects, by=actor(request), **form.typed()):
        messages.success(request, _("Saved."))
        return redirect(back)
    context = {"section": section, "form": form, "title": title, "back": back}
    return render(request, "suspensions/entry.html", context, status=400 if form.errors else 200)


@by_policy("process.edit")
def process_new(request: HttpRequest) -> HttpResponse:
    form = ProcessForm(request.POST or None)
    return entry_form(request, form, services.create_process, _("New process"), "suspensions:processes")


@by_policy("process.edit")
def process_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(TechProcess.objects.visible_to(request.user), pk=pk)
    form = ProcessForm(request.POST or None, instance=get_object_or_404(TechProcess, pk=pk))
    return entry_form(request, form, services.edit_process, _("Change the process"), found.get_absolute_url(), found)


@by_policy("limit.propose")
def limit_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(TechProcess.objects.visible_to(request.user), pk=pk)
    form = LimitForm(request.POST or None)

    def propose(**arguments: Any) -> None:
        services.propose_limit(process=found, **arguments)

    return entry_form(request, form, propose, _("Propose limits"), found.get_absolute_url())


@by_policy("limit.propose")
def limit_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A form filled with the approved limits; what is changed there waits for somebody else."""
    limit = limit_found(request, pk)
    form = CorrectionForm(request.POST or None, initial={name: getattr(limit, name) for name in TERMS})
    return entry_form(
        request, form, services.correct_limit, _("Correct approved limits"), limit.get_absolute_url(), limit
    )


@by_policy("risk_source.edit")
def source_new(request: HttpRequest) -> HttpResponse:
    form = RiskSourceForm(request.POST or None)
    return entry_form(request, form, services.create_risk_source, _("New risk source"), "suspensions:processes")


@by_policy("risk_source.edit")
def source_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(RiskSource.objects.visible_to(request.user), pk=pk)
    form = RiskSourceForm(request.POST or None, instance=get_object_or_404(RiskSource, pk=pk))
    return entry_form(
        request, form, services.edit_risk_source, _("Change the risk source"), "suspensions:processes", found
    )


LIMIT_PAGES = {verb: dialog_page(dialog, limit_found, "processes") for verb, dialog in LIMIT_DIALOGS.items()}
