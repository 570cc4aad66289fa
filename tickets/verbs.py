"""The pages of verbs: each a dialog's target, and a form of its own where there is no JavaScript."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import by_policy
from accounts.policy import require
from tasks.forms import NoteForm, ReasonForm
from tickets import services
from tickets.forms import AssignForm, IncidentForm, PriorityForm, TaskForm
from tickets.models import Ticket
from tickets.onward import onward
from tickets.views import found
from workflow.actor import actor
from workflow.navigation import way_back


class Dialog(NamedTuple):
    """The form of one verb: what it does, its words, what is said when it is done, and the policy's name for it."""

    service: Callable[..., Any]
    form: type[forms.Form]
    title: Any
    button: Any
    told: Any
    verb: str
    look: str = "btn-primary"
    text: Any = ""


PUBLIC = _("The creator reads the note.")
DIALOGS = {
    "accept": Dialog(
        services.accept, NoteForm, _("Accept the ticket"), _("Accept"), _("%(number)s is yours."), "accept"
    ),
    "start": Dialog(
        services.start, NoteForm, _("Start the work"), pgettext_lazy("verb", "Start"), _("%(number)s is in progress."),
        "start",
    ),
    "assign": Dialog(
        services.assign, AssignForm, _("Assign the ticket"), _("Assign"), _("%(number)s is assigned."), "assign",
        text=PUBLIC,
    ),
    "priority": Dialog(
        services.set_priority, PriorityForm, _("Change the priority"), pgettext_lazy("verb", "Change"),
        _("The priority is changed."),
        "priority", text=PUBLIC,
    ),
    "wait": Dialog(
        services.wait, ReasonForm, _("Ask the creator"), _("Ask and wait"), _("%(number)s waits for its creator."),
        "wait", text=_("Say what you need to know. Until the answer nobody is late."),
    ),
    "resume": Dialog(
        services.resume, NoteForm, _("Go on without an answer"), _("Go on"), _("%(number)s goes on."), "wait"
    ),
    "resolve": Dialog(
        services.resolve, NoteForm, _("Resolve the ticket"), _("Resolve"), _("%(number)s is resolved."), "resolve",
        text=_("Say what was done: the creator reads it and confirms that it helped."),
    ),
    "close": Dialog(
        services.close, NoteForm, _("Close the ticket"), _("Close"), _("%(number)s is closed."), "close",
        text=_("It helped, and nothing is left to do."),
    ),
    "reopen": Dialog(
        services.reopen, ReasonForm, _("It did not help"), _("Reopen"), _("%(number)s is open again."), "reopen",
        text=_("Say what is still wrong."),
    ),
    "cancel": Dialog(
        services.cancel, NoteForm, _("Cancel the ticket"), _("Cancel the ticket"), _("%(number)s is cancelled."),
        "cancel", "btn-risk", _("It is needed no more. This cannot be undone."),
    ),
    "make-incident": Dialog(
        services.make_incident, IncidentForm, _("Make it an incident"), _("Make it an incident"),
        _("An incident is made of %(number)s."), "escalate", text=_("With the text and files of the ticket."),
    ),
    "make-task": Dialog(
        services.make_task, TaskForm, _("Make a task"), _("Make a task"), _("A task is made of %(number)s."),
        "escalate", text=_("With the text and files of the ticket."),
    ),
    "delete": Dialog(
        services.delete, ReasonForm, _("Delete the ticket"), _("Delete"), _("%(number)s is deleted."), "delete",
        "btn-risk", _("It disappears from all lists. Its timeline is kept, an administrator can restore it."),
    ),
    "undelete": Dialog(
        services.undelete, NoteForm, _("Restore the ticket"), _("Restore"), _("%(number)s is back."), "undelete"
    ),
}  # fmt: skip
LAST_WORDS = {"resolve", "wait", "close", "cancel"}  # after these one is done with the ticket for now


def verb_page(name: str) -> Callable[..., HttpResponseBase]:
    dialog = DIALOGS[name]

    @by_policy(f"ticket.{dialog.verb}")
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        ticket = found(request, pk)
        require(request.user, f"ticket.{dialog.verb}", ticket)
        form = dialog.form(request.POST if request.method == "POST" else None, initial=asked(ticket))
        if form.is_valid() and did(dialog, ticket, form, request):
            told = dialog.told % {"number": ticket.number}
            messages.success(request, onward(request.user, ticket, told) if name in LAST_WORDS else told)
            return redirect(way_back(request, where_now(request, ticket)))
        context = {"section": "tickets", "ticket": ticket, "form": form, "sheet": dialog}
        return render(request, "tickets/verb.html", context, status=400 if form.errors else 200)

    return page


def asked(ticket: Ticket) -> dict[str, Any]:
    names = {"priority": ticket.priority, "severity": ticket.priority, "title": ticket.title}
    return names | {"assignee": ticket.assignee_id}


def did(dialog: Dialog, ticket: Ticket, form: forms.Form, request: HttpRequest) -> bool:
    """Do the verb; what its rules say against the input goes to the form."""
    try:
        dialog.service(ticket, by=actor(request), **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def where_now(request: HttpRequest, ticket: Ticket) -> str:
    """Return the card, or the queue for whom the verb took the ticket out of sight."""
    is_visible = Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists()
    return ticket.get_absolute_url() if is_visible else "tickets:list"
