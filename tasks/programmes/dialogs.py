"""Dialogs of verbs: a form that asks for a note, on a page of its own where there is no JavaScript."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.permissions import by_policy
from accounts.policy import require
from accounts.views.answering import attempt, shown
from workflow.actor import actor

SECTION = {"section": "programmes"}


class Dialog(NamedTuple):
    """The form of one verb: the policy's line, what it does, its words, and where its done work leads."""

    verb: str
    service: Callable[..., Any]
    form: type[forms.Form]
    title: Any
    button: Any
    text: Any = ""
    look: str = "btn-primary"
    leads_to: str = ""


def verb_page(dialog: Dialog, visible_to: Callable[[Any], QuerySet[Any]]) -> Callable[..., HttpResponseBase]:
    """Make the page of one verb to what `visible_to(user)` holds."""

    @by_policy(dialog.verb)
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        subject = get_object_or_404(visible_to(request.user), pk=pk)
        require(request.user, dialog.verb, subject)
        form = dialog.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            by, typed = actor(request), form.cleaned_data
            if attempt(form, lambda: done(dialog.service, subject, by=by, **typed)):
                messages.success(request, _("Done."))
                return redirect(dialog.leads_to or subject)
        return shown(request, "programmes/verb.html", form, subject=subject, sheet=dialog, **SECTION)

    return page


def done(service: Callable[..., Any], *subjects: Any, **arguments: Any) -> bool:
    """Do the verb and say that it was done."""
    service(*subjects, **arguments)
    return True
