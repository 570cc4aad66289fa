"""The pages of the chains of escalation."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from accounts.policy import allows
from accounts.views.answering import attempt, shown
from incidents.forms import NoteForm, ReasonForm
from incidents.models import EscalationPolicy
from incidents.oncall import policies as services
from incidents.oncall.forms import PolicyForm
from incidents.oncall.views import PAGE_SIZE, SECTION, Dialog, done
from workflow.actor import actor
from workflow.models import Event
from workflow.pagination import BoundedPaginator


def found(request: HttpRequest, pk: int) -> EscalationPolicy:
    return get_object_or_404(EscalationPolicy.objects.visible_to(request.user), pk=pk)


@require_safe
@by_policy("escalation.see")
def policies(request: HttpRequest) -> HttpResponse:
    """Every chain, with its steps."""
    rows = EscalationPolicy.objects.visible_to(request.user).present().mildest_first()
    return render(request, "oncall/policies.html", SECTION | {"policies": rows})


@require_safe
@by_policy("escalation.see")
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(request, pk)
    events = Event.objects.about(subject).for_list().reverse()
    context = {
        "policy": subject,
        "may_edit": allows(request.user, "escalation.edit", subject),
        "events": BoundedPaginator(events, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "oncall/policy.html", SECTION | context)


@by_policy("escalation.edit")
def create(request: HttpRequest) -> HttpResponse:
    form = PolicyForm(request.POST or None)
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in services.FIELDS}
        if made := attempt(form, lambda: services.create(by=actor(request), **fields)):
            messages.success(request, _("Saved."))
            return redirect(made)
    return shown(request, "oncall/policy_form.html", form, **SECTION)


@by_policy("escalation.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    subject = found(request, pk)
    form = PolicyForm(request.POST or None, initial=PolicyForm.initial_of(subject))
    if form.is_valid():
        by, typed = actor(request), form.cleaned_data
        if attempt(form, lambda: done(services.edit, subject, by=by, **typed)):
            messages.success(request, _("Saved."))
            return redirect(subject)
    return shown(request, "oncall/policy_form.html", form, policy=subject, **SECTION)


DIALOGS = {
    "delete": Dialog(
        services.delete, ReasonForm, _("Delete the chain"), _("Delete"),
        _("Incidents that it was for follow the chain of a milder severity, or none."), "btn-risk",
    ),
    "undelete": Dialog(services.undelete, NoteForm, _("Restore the chain"), _("Restore"), _("It is followed again.")),
}  # fmt: skip


def verb_page(verb: str) -> Callable[..., HttpResponseBase]:
    """Make the page of one verb: a dialog's target, and a form of its own where there is no JavaScript."""
    dialog = DIALOGS[verb]

    @by_policy("escalation.edit")
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        subject: Any = found(request, pk)
        form = dialog.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            by, typed = actor(request), form.cleaned_data
            if attempt(form, lambda: done(dialog.service, subject, by=by, **typed)):
                messages.success(request, _("Done."))
                return redirect("oncall:policies" if verb == "delete" else subject)
        return shown(request, "oncall/verb.html", form, policy=subject, sheet=dialog, back=subject, **SECTION)

    return page
