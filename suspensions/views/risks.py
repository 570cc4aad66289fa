from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from suspensions import exports, services
from suspensions.filters import RiskFilter
from suspensions.forms.cases import NoteForm, ReasonForm
from suspensions.forms.dictionaries import RiskForm
from suspensions.models import Risk, RiskQuerySet, Suspension, TechProcess
from suspensions.register import heat_map, years_of
from suspensions.views.dialogs import Dialog, dialog_page, did
from suspensions.views.dictionaries import entry_form
from workflow.actor import actor
from workflow.exports import PAPER_FORMATS, filters_of
from workflow.exports import export as send
from workflow.models import Event
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
EVENTS = 50
DIALOGS = {
    "delete": Dialog(
        "risk.delete", services.delete_risk, ReasonForm, _("Delete the risk"), _("Delete"), _("The risk is deleted."),
        "btn-risk",
    ),
    "undelete": Dialog(
        "risk.undelete", services.undelete_risk, NoteForm, _("Bring the risk back"), _("Bring back"),
        _("The risk is back."),
    ),
}  # fmt: skip


class LinkForm(forms.Form):
    """A case that a risk caused, by its number."""

    number = forms.CharField(label=_("number of the case"), max_length=12)

    def clean_number(self) -> Suspension:
        case = Suspension.objects.present().filter(number=self.cleaned_data["number"].strip()).first()
        if case is None:
            raise forms.ValidationError(_("There is no case with this number."), code="unknown")
        return case


def found(request: HttpRequest, pk: int) -> Risk:
    return get_object_or_404(Risk.objects.visible_to(request.user).select_related("owner", "risk_source"), pk=pk)


def chosen(request: HttpRequest) -> tuple[RiskFilter, RiskQuerySet]:
    rows = Risk.objects.visible_to(request.user).present()
    filterset = RiskFilter(request.GET, queryset=rows, request=request)
    if not filterset.is_valid():
        return filterset, rows.none()
    found_rows: Any = filterset.qs
    return filterset, found_rows if request.GET.get("ordering") else found_rows.with_residual().order_by(
        "-residual", "code"
    )


@require_safe
@by_policy("risk.see")
def index(request: HttpRequest) -> HttpResponse:
    filterset, rows = chosen(request)
    risks = list(rows)
    context = {
        "section": "risks",
        "filter": filterset,
        "page": BoundedPaginator(rows.for_list(), PAGE_SIZE).get_page(request.GET.get("page")),
        "maps": [
            {"title": _("Inherent"), "rows": heat_map(risks, residual=False)},
            {"title": _("Residual"), "rows": heat_map(risks, residual=True)},
        ],
        "statuses": Risk.Status.choices,
        "processes": [(str(process.pk), str(process)) for process in TechProcess.objects.present()],
        "is_filtered": any(request.GET.get(name) for name in filterset.filters if name != "ordering"),
        "today": timezone.localdate(),
        "may_edit": allows(request.user, "risk.edit"),
    }
    return render(request, "suspensions/risks.html", context)


@require_safe
@by_policy("risk.export")
def export(request: HttpRequest) -> HttpResponseBase:
    form = request.GET.get("format", "csv")
    form = form if form in PAPER_FORMATS else "csv"
    return send(exports.risk_register(chosen(request)[1]), form, by=actor(request), filters=filters_of(request.GET))


@require_safe
@by_policy("risk.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "suspensions/risk.html", card(request, found(request, pk), LinkForm()))


def card(request: HttpRequest, risk: Risk, form: forms.Form) -> dict[str, Any]:
    events = Event.objects.about(risk).readable(internal=allows(request.user, "timeline.internal"))
    return {
        "section": "risks",
        "risk": risk,
        "processes": risk.processes.all(),
        "cases": risk.suspensions.present().for_list()[:50],
        "years": years_of(risk),
        "events": events.for_list().reverse()[:EVENTS],
        "form": form,
        "today": timezone.localdate(),
        "may_edit": allows(request.user, "risk.edit") and risk.deleted_at is None,
        "may_delete": allows(request.user, "risk.delete"),
    }


@by_policy("risk.edit")
def create(request: HttpRequest) -> HttpResponse:
    return entry_form(request, RiskForm(request.POST or None), services.create_risk, _("New risk"), "suspensions:risks")


@by_policy("risk.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    risk = found(request, pk)
    form = RiskForm(request.POST or None, instance=found(request, pk))
    return entry_form(request, form, services.edit_risk, _("Change the risk"), risk.get_absolute_url(), risk)


class UnlinkForm(forms.Form):
    """One of the cases that are linked to a risk."""

    suspension = forms.ModelChoiceField(Suspension.objects.all())

    def __init__(self, risk: Risk, *args: Any):
        super().__init__(*args)
        self.fields["suspension"].queryset = risk.suspensions.all()  # type: ignore[attr-defined]


@require_POST
@by_policy("risk.edit")
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    risk = found(request, pk)
    form = UnlinkForm(risk, request.POST)
    if form.is_valid() and did(form, services.unlink, risk, by=actor(request), **form.cleaned_data):
        messages.success(request, _("The case is no longer linked."))
        return redirect(risk)
    return render(request, "suspensions/risk.html", card(request, risk, LinkForm()), status=400)


@require_POST
@by_policy("risk.edit")
def link(request: HttpRequest, pk: int) -> HttpResponse:
    risk, form = found(request, pk), LinkForm(request.POST)
    if form.is_valid() and did(form, services.link, risk, by=actor(request), suspension=form.cleaned_data["number"]):
        messages.success(request, _("The case is linked."))
        return redirect(risk)
    return render(request, "suspensions/risk.html", card(request, risk, form), status=400)


VERB_PAGES = {verb: dialog_page(dialog, found, "risks") for verb, dialog in DIALOGS.items()}
