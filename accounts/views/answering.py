"""How the pages of people put into a form what a service refuses."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.exceptions import AuthenticationFailed

from accounts.throttle import Wait


def attempt[Made](form: forms.BaseForm, work: Callable[[], Made]) -> Made | None:
    """Return what `work` makes; None when its rules refuse what was typed, which the form then says."""
    try:
        return work()
    except ValidationError as error:
        tell(form, error)
    except AuthenticationFailed as refusal:
        form.add_error(None, str(refusal.detail))
    except Wait as refusal:
        form.add_error(None, str(refusal.detail))
        form.wait = refusal.wait  # type: ignore[attr-defined]
    return None


def tell(form: forms.BaseForm, error: ValidationError) -> None:
    """Put an error at its fields, and above the form what concerns none of them."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)


def shown(request: HttpRequest, template: str, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """Render a page with its form: 200 untouched, 400 with faults, 429 while its sender has to wait."""
    wait = getattr(form, "wait", None)
    status = 429 if wait else 400 if form.errors else 200
    response = render(request, template, {"form": form, **context}, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response
