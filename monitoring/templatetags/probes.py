"""Shares on the pages of probes."""

from django import template
from django.utils.formats import number_format

from workflow.times import UNKNOWN

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """`99.84 %`; what was not measured is a dash, and only what never failed is `100 %`."""
    if share is None:
        return UNKNOWN
    text = "100" if share == 1 else number_format(min(100 * share, 99.99), 2)
    return f"{text}\u00a0%"
