"""Promises and figures of tickets on a page: chips that say how long is left, working time in hours."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext

from accounts import organisation
from accounts.policy import allows
from suspensions.analytics.wording import lasting
from tickets.desk.replies import offered
from tickets.models import Ticket
from tickets.sla.reckoning import State
from tickets.sla.standing import Standing, columns, pressing, standings, whole_minutes
from workflow.times import UNKNOWN

register = template.Library()
MARKS = range(1, 6)
# How a promise is drawn: tone and icon.
LOOKS = {
    State.RUNNING: ("grey", "clock"),
    State.SOON: ("amber", "clock"),
    State.LATE: ("red", "st-overdue"),
    State.PAUSED: ("grey", "snooze"),
    State.MET: ("green", "st-resolved"),
    State.MISSED: ("red", "st-overdue"),
}


@register.simple_tag
def worked(minutes: float | None) -> str:
    """Working time of a figure: `1 h 05 min`; a dash where there is none."""
    return UNKNOWN if minutes is None else lasting(round(minutes))


@register.simple_tag
def promise(minutes: int | None) -> str:
    return gettext("not promised") if minutes is None else lasting(minutes)


@register.simple_tag
def per_cent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{number_format(share, 1)}\u00a0%"


@register.inclusion_tag("tickets/sla_chip.html")
def sla_chip(standing: Standing | None) -> dict[str, Any]:
    """How long is left of a promise, or how late it is: shape, colour and words."""
    if standing is None:
        return {}
    tone, shape = LOOKS[standing.state]
    return {"tone": tone, "shape": shape, "words": words(standing), "due": standing.due}


@register.inclusion_tag("tickets/sla_chip.html")
def due_chip(ticket: Ticket) -> dict[str, Any]:
    """What a ticket in a list owes next, and how long is left."""
    return sla_chip(pressing(columns(ticket), timezone.now(), organisation.working_time()))


@register.inclusion_tag("tickets/desk/promises.html")
def promises(ticket: Ticket) -> dict[str, Any]:
    """How the promises of a ticket stand, on its card."""
    return {"standings": standings(columns(ticket), timezone.now(), organisation.working_time())}


@register.inclusion_tag("tickets/desk/rating.html", takes_context=True)
def rating(context: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
    """Marks to click for the creator, the mark for everybody else."""
    request = context["request"]
    may = "rate" in ticket.possible_verbs() and allows(request.user, "ticket.rate", ticket)
    return {"ticket": ticket, "may": may, "marks": MARKS, "request": request, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("tickets/desk/replies.html", takes_context=True)
def canned_replies(context: dict[str, Any], ticket: Ticket, field: str) -> dict[str, Any]:
    """What is written often, filled in for this ticket, to be put into a text field."""
    user = context["request"].user
    return {"replies": offered(user, ticket) if allows(user, "canned_reply.see") else [], "field": field}


def words(standing: Standing) -> str:
    said = {
        State.RUNNING: gettext("left %(time)s"),
        State.SOON: gettext("left %(time)s"),
        State.LATE: gettext("late %(time)s"),
        State.PAUSED: gettext("waits for the creator"),
        State.MET: gettext("in time"),
        State.MISSED: gettext("late %(time)s"),
    }
    return said[standing.state] % {"time": "" if (minutes := whole_minutes(standing)) is None else lasting(minutes)}
