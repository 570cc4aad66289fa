"""What has grown out of an object, on its card, and the way to let more grow."""

from typing import Any

from django import template
from django.db.models import Model

from workflow.offshoots import of

register = template.Library()


@register.inclusion_tag("components/offshoots.html", takes_context=True)
def offshoots(context: dict[str, Any], subject: Model) -> dict[str, Any]:
    user = context["request"].user
    kinds = [
        {
            "kind": kind,
            "rows": kind.existing(subject, user),
            "address": kind.address(subject) if kind.may(user) and getattr(subject, "deleted_at", None) is None else "",
        }
        for kind in of(type(subject))
    ]
    return {"kinds": kinds, "request": context["request"]}
