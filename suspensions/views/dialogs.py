"""Pages of one verb each: a dialog's target, and a form of its own where there is no JavaScript."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from accounts.permissions import by_policy
from accounts.policy import require
from workflow.actor import actor
from workflow.navigation import way_back

CONCLUSION = {"implementing_measures", "root_cause"}


class Dialog(NamedTuple):
    """The form of one verb: the policy, what it does, its words, and what is said when it is done."""

    policy: str
    service: Callable[..., Any]
    form: type[forms.Form]
    title: Any
    button: Any
    told: Any
    look: str = "btn-primary"
    text: Any = ""


def dialog_page(
    dialog: Dialog, found: Callable[[HttpRequest, int], Any], section: str
) -> Callable[..., HttpResponseBase]:
    """Make the page; `found` returns the object that the address names, or raises Http404."""

    @by_policy(dialog.policy)
    def page(request: HttpRequest, pk: int) -> HttpResponse:
        subject = found(request, pk)
        require(request.user, dialog.policy, subject if hasattr(subject, "relations") else None)
        form = dialog.form(request.POST if request.method == "POST" else None, initial=initial(dialog.form, subject))
        edged(form, subject)
        if form.is_valid() and did(form, dialog.service, subject, by=actor(request), **form.cleaned_data):
            messages.success(request, dialog.told)
            return redirect(way_back(request, subject.get_absolute_url()))
        context = {"section": section, "subject": subject, "form": form, "sheet": dialog}
        return render(request, "suspensions/verb.html", context, status=400 if form.errors else 200)

    return page


def initial(form: type[forms.Form], subject: Any) -> dict[str, Any]:
    """Return what the object holds under the names of the form's fields; a field's own default wins."""
    return {
        name: getattr(subject, name)
        for name, field in form.base_fields.items()
        if hasattr(subject, name) and field.initial is None and name not in {"start", "degradation"}
    }


def edged(form: forms.Form, subject: Any) -> None:
    """Let a typed minute in which the case began or ended mean that moment."""
    for name in {"start", "finish"} & form.fields.keys():
        form.fields[name].edges = subject.edges()  # type: ignore[attr-defined]
    for name in CONCLUSION & form.fields.keys():
        form.fields[name].required = not subject.planned  # planned work is closed without


def did(form: forms.BaseForm, service: Callable[..., Any], *subjects: Any, **arguments: Any) -> bool:
    """Do the verb; what its rules say against the input goes to the form."""
    try:
        service(*subjects, **arguments)
    except ValidationError as error:
        explain(form, error)
        return False
    return True


def explain(form: forms.BaseForm, error: ValidationError) -> None:
    """Put each refusal at its field, or above the form where it has no such field."""
    for name, errors in getattr(error, "error_dict", {None: error}).items():
        form.add_error(name if name in form.fields else None, errors)
