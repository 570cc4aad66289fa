"""Forms in Bootstrap's clothes."""

from typing import Any

from django import template
from django.forms import BoundField

register = template.Library()
CLASSES = {"checkbox": "form-check-input", "radio": "form-check-input", "select": "form-select"}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A form field with its label, help and errors."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    wrong = " is-invalid" if bound.errors else ""
    dressed = f"{widget.attrs.get('class', '')} {CLASSES.get(kind, 'form-control')}{wrong}".strip()
    return {
        "field": bound,
        "control": bound.as_widget(attrs={"class": dressed}),
        "hint": hint,
        "is_check": kind == "checkbox",
        "is_password": kind == "password",
        "is_optional": not bound.field.required and kind not in CLASSES,
    }


@register.inclusion_tag("components/errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with a form, with links to the fields, above it."""
    return {"form": form}
