"""Integrations as administrators keep them. Of messages speaks `message_views`."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import by_policy
from accounts.policy import allows, require
from accounts.views.answering import attempt, shown
from incidents.forms import NoteForm, ReasonForm
from incidents.intake import keeping, receiving
from incidents.intake.addresses import intake_url
from incidents.intake.filters import STATES, IntegrationFilter
from incidents.intake.forms import IntegrationEditForm, IntegrationForm
from incidents.models import Integration
from workflow.actor import actor
from workflow.models import Event
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
SECTION = {"section": "integrations"}
HIDDEN = "<TOKEN>"


def found(request: HttpRequest, pk: int) -> Integration:
    return get_object_or_404(Integration.objects.visible_to(request.user), pk=pk)


@require_safe
@by_policy("integration.see")
def index(request: HttpRequest) -> HttpResponse:
    rows = Integration.objects.visible_to(request.user)
    rows = rows if request.GET.get("state") else rows.present()
    filterset = IntegrationFilter(request.GET, queryset=rows.for_list(), request=request)
    listed = filterset.qs.order_by("name", "pk") if filterset.is_valid() else rows.none()
    context = {
        "page": BoundedPaginator(listed, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": STATES,
        "is_filtered": bool(request.GET.get("state") or request.GET.get("search")),
    }
    return render(request, "incidents/intake/list.html", SECTION | context)


@by_policy("integration.create")
def create(request: HttpRequest) -> HttpResponse:
    form = IntegrationForm(request.POST or None, initial={"format": request.GET.get("format", "alertmanager")})
    if form.is_valid():
        issued = attempt(form, lambda: keeping.create(by=actor(request), **form.cleaned_data))
        if issued:
            return token_page(request, issued)
    return shown(request, "incidents/intake/form.html", form, **SECTION)


def token_page(request: HttpRequest, issued: keeping.Issued) -> HttpResponse:
    """Show the token, this once, with the configuration that needs it."""
    context = {"integration": issued.integration, "token": issued.token}
    response = render(request, "incidents/intake/token.html", SECTION | context | setting_up(request, *issued))
    response["Cache-Control"] = "no-store"
    return response


def setting_up(request: HttpRequest, integration: Integration, token: str = HIDDEN) -> dict[str, str]:
    """Return what the tool needs: the address, the address with the token, a piece of configuration to paste."""
    url = intake_url(request)
    whole = f"{url}{token}/"
    template = f"incidents/intake/snippets/{integration.format}.txt"
    snippet = render_to_string(template, {"url": url, "whole": whole, "token": token})
    return {"intake_url": url, "whole_url": whole, "snippet": snippet.strip()}


@require_safe
@by_policy("integration.see")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    integration = found(request, pk)
    events = Event.objects.about(integration).readable_by_all().for_list().reverse()
    context = {
        "integration": integration,
        "verbs": offered(request.user, integration),
        "recent": integration.messages.for_list()[:10],
        "waiting": integration.messages.unparsed().count(),
        "events": BoundedPaginator(events, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "incidents/intake/card.html", SECTION | context | setting_up(request, integration))


def offered(user: Any, integration: Integration) -> dict[str, bool]:
    """Return the verbs whose button appears."""
    if integration.deleted_at is not None:
        return {"restore": allows(user, "integration.undelete", integration)}
    keeps = allows(user, "integration.edit", integration)
    return {
        "edit": keeps,
        "rotate": keeps,
        "try": keeps,
        "pause": keeps and integration.enabled,
        "resume": keeps and not integration.enabled,
        "withdraw": allows(user, "integration.delete", integration),
    }


@by_policy("integration.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    integration = found(request, pk)
    start = {name: getattr(integration, name) for name in IntegrationEditForm.base_fields}
    form = IntegrationEditForm(request.POST or None, initial=start)
    if form.is_valid():
        by, typed = actor(request), form.cleaned_data
        if attempt(form, lambda: done(keeping.edit, integration, by=by, **typed)):
            messages.success(request, _("Saved."))
            return redirect(integration)
    return shown(request, "incidents/intake/form.html", form, integration=integration, **SECTION)


@require_POST
@by_policy("integration.edit")
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    firing = request.POST.get("status") != "resolved"
    message = receiving.try_out(found(request, pk), by=actor(request), firing=firing)
    messages.success(request, _("The sample has arrived: %(state)s.") % {"state": message.get_state_display()})
    return redirect(message)


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
        "integration.edit", keeping.rotate, NoteForm, _("Give a new token"), _("New token"),
        _("The old token dies at once: put the new one into the tool before it next has something to say."),
    ),
    "pause": Dialog(
        "integration.edit", keeping.pause, NoteForm, _("Pause the integration"), _("Pause"),
        _("What comes is answered with 403 and kept. It opens no incidents until somebody replays it."),
    ),
    "resume": Dialog(
        "integration.edit", keeping.resume, NoteForm, _("Switch the integration on"), _("Switch on"),
        _("What came meanwhile is kept among the messages and can be replayed one by one."),
    ),
    "withdraw": Dialog(
        "integration.delete", keeping.withdraw, ReasonForm, _("Withdraw the integration"), _("Withdraw"),
        _("Its token is worthless from now on. Its messages and incidents stay."), "btn-risk",
    ),
    "restore": Dialog(
        "integration.undelete", keeping.restore, NoteForm, _("Restore the integration"), _("Restore"),
        _("It works again with the token it had."),
    ),
}  # fmt: skip


def done(service: Callable[..., Any], integration: Integration, **arguments: Any) -> Any:
    """Do the verb and return what it gives, or that it was done."""
    return service(integration, **arguments) or True


def verb_page(verb: str) -> Callable[..., HttpResponseBase]:
    """Make the page of one verb: a dialog's target, and a form of its own where there is no JavaScript."""
    dialog = DIALOGS[verb]

    @by_policy(dialog.policy)
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        integration = found(request, pk)
        require(request.user, dialog.policy, integration)
        form = dialog.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            result = attempt(form, lambda: done(dialog.service, integration, by=actor(request), **form.cleaned_data))
            if isinstance(result, keeping.Issued):
                return token_page(request, result)
            if result:
                messages.success(request, _("Done."))
                return redirect(integration)
        return shown(request, "incidents/intake/verb.html", form, integration=integration, sheet=dialog, **SECTION)

    return page
