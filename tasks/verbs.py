"""The pages of the verbs of a task, and the one that does a verb to many."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from accounts.permissions import by_policy
from accounts.policy import require
from tasks import services
from tasks.forms import AskForm, BulkForm, DecideForm, HandOverForm, NoteForm, ReasonForm
from tasks.models import Task
from tasks.views import did, found
from workflow.actor import actor
from workflow.bulk import do_to_each, refused
from workflow.navigation import way_back


class Dialog(NamedTuple):
    """The form of one verb: its address, what it does, its words, and what is said when it is done."""

    path: str
    service: Callable[..., Any]
    form: type[forms.Form]
    title: Any
    button: Any
    told: Any
    look: str = "btn-primary"
    text: Any = ""


DIALOGS = {
    "start": Dialog(
        "start", services.start, NoteForm, _("Start the task"), pgettext_lazy("verb", "Start"),
        _("%(number)s is begun."),
    ),
    "done": Dialog(
        "done", services.report_done, NoteForm, _("Report the task done"), _("Report done"), _("%(number)s is done."),
        text=_("Say what came out: whoever set the task reads it before accepting."),
    ),
    "accept": Dialog(
        "accept", services.accept, NoteForm, _("Accept the work"), _("Accept"), _("%(number)s is accepted."),
    ),
    "return": Dialog(
        "return", services.give_back, ReasonForm, _("Return the task"), pgettext_lazy("verb", "Return"),
        _("%(number)s is returned."), text=_("Say what is missing. The deadline stays as it is."),
    ),
    "cancel": Dialog(
        "cancel", services.cancel, NoteForm, _("Cancel the task"), _("Cancel the task"), _("%(number)s is cancelled."),
        "btn-risk", text=_("Nobody will do it, and it will not be repeated."),
    ),
    "ask_deadline": Dialog(
        "ask-deadline", services.ask_deadline, AskForm, _("Ask for a later deadline"), _("Ask"),
        _("You asked for a later deadline."),
    ),
    "decide_deadline": Dialog(
        "decide-deadline", services.decide_deadline, DecideForm, _("A later deadline is asked"), _("Decide"),
        _("The deadline is decided."),
    ),
    "hand_over": Dialog(
        "hand-over", services.hand_over, HandOverForm, _("Hand the task over"), _("Hand over"),
        _("%(number)s is handed over."),
    ),
    "delete": Dialog(
        "delete", services.delete, ReasonForm, _("Delete the task"), _("Delete"), _("%(number)s is deleted."),
        "btn-risk", text=_("It disappears from all lists. Its timeline is kept, an administrator can restore it."),
    ),
    "undelete": Dialog(
        "undelete", services.undelete, NoteForm, _("Restore the task"), _("Restore"), _("%(number)s is back."),
    ),
}  # fmt: skip
BULK: dict[str, Callable[..., None]] = {
    "start": services.start,
    "done": services.report_done,
    "accept": services.accept,
    "cancel": services.cancel,
    "hand_over": services.hand_over,
}


@require_POST
@by_policy("task.create")
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one verb to all chosen tasks; what is refused is named, the rest is done."""
    form = BulkForm(request.POST, visible=Task.objects.visible_to(request.user).present())
    back = way_back(request, reverse("tasks:list"))
    if not form.is_valid():
        refused(request, form)
        return redirect(back)
    data, by = form.cleaned_data, actor(request)
    extra = {"to": data["to"]} if data["verb"] == "hand_over" else {}
    tasks = Task.objects.visible_to(request.user).for_card().filter(pk__in=data["chosen"])
    done = do_to_each(request, tasks, lambda task: BULK[data["verb"]](task, by=by, note=data["note"], **extra))
    if done:
        messages.success(
            request, ngettext("%(count)s task changed.", "%(count)s tasks changed.", done) % {"count": done}
        )
    return redirect(back)


def verb_page(verb: str) -> Callable[..., HttpResponseBase]:
    """Make the page of one verb: a dialog's target, and a form of its own where there is no JavaScript."""
    dialog = DIALOGS[verb]

    @by_policy(f"task.{verb}")
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        task = found(request, pk)
        require(request.user, f"task.{verb}", task)
        form = dialog.form(request.POST if request.method == "POST" else None, initial=asked(task))
        if form.is_valid() and did(dialog.service, task, form, request):
            messages.success(request, dialog.told % {"number": task.number})
            return redirect(way_back(request, task.get_absolute_url()))
        context = {"section": "tasks", "task": task, "form": form, "sheet": dialog}
        return render(request, "tasks/verb.html", context, status=400 if form.errors else 200)

    return page


def asked(task: Task) -> dict[str, Any]:
    return {"deadline": task.asked_deadline or task.deadline + timedelta(days=7)}
