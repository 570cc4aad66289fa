"""How objects of a chain are called where several nouns stand together."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def handle(one: Any) -> str:
    """The number people call it by."""
    return getattr(one, "label", None) or one.number


@register.filter
def heading(one: Any) -> str:
    """What it is about: its title, or the process that was down."""
    return getattr(one, "title", None) or str(one.process)
