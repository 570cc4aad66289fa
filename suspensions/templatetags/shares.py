"""Shares of the service on a page, as the organisation writes them."""

from django import template
from django.utils.translation import gettext

from suspensions import shares

register = template.Library()
register.filter("share", shares.told)
register.filter("allowed_share", shares.allowed)


@register.simple_tag
def share_to_fill_in() -> str:
    """What stands on paper, with room for a number."""
    return gettext("____ % left") if shares.means_left() else gettext("____ % lost")
