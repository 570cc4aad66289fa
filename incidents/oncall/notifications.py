"""What people are told about duties, and about incidents that nobody takes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.policy import allows, holders
from incidents.models import Duty, Incident
from incidents.oncall.schedule import Span
from notifications.kinds import APP, EMAIL, Kind, stamp
from notifications.services import notify
from workflow.actor import Actor

SHOWN = 12  # duties that one notice lists
EXAMPLE = {
    "name": "Илья Орлов", "start": "23 Jul 2026 09:00 MSK", "finish": "24 Jul 2026 09:00 MSK", "note": "",
    "spans": "23 Jul 2026 09:00 MSK – 24 Jul 2026 09:00 MSK",
}  # fmt: skip


def does_duty(user: Any) -> bool:
    return allows(user, "incident.take")


PLANNED = Kind(
    "duty.planned", _("I am put on duty"), _("You are on duty"), body="%(spans)s", shown_to=does_duty, example=EXAMPLE
)
SUBSTITUTE = Kind(
    "duty.substitute",
    _("I stand in for somebody on duty"),
    _("You stand in on duty for %(name)s"),
    body=_("From %(start)s to %(finish)s. %(note)s"),
    shown_to=does_duty,
    example=EXAMPLE,
)
SUBSTITUTED = Kind(
    "duty.substituted",
    _("Somebody stands in for me on duty"),
    _("%(name)s stands in for you on duty"),
    body=_("From %(start)s to %(finish)s. %(note)s"),
    shown_to=does_duty,
    example=EXAMPLE,
)
UNTAKEN = Kind(
    "incident.untaken",
    _("Nobody takes an incident"),
    _("Nobody has taken it: %(incident)s"),
    body=_("Severity: %(severity)s. It waits since %(since)s."),
    channels=frozenset({APP, EMAIL}),
    critical=True,
    group=False,
    shown_to=lambda user: allows(user, "incident.take"),
    example={
        "incident": "INC-1042 No exchange with the depositary",
        "severity": "critical",
        "since": "23 Jul 2026 18:45 MSK",
    },
)
EXHAUSTED = Kind(
    "incident.exhausted",
    _("The escalation of an incident is exhausted"),
    _("Escalation is exhausted, nobody has taken it: %(incident)s"),
    body=_("Severity: %(severity)s. It waits since %(since)s. Nobody is reminded of it any more: find somebody."),
    channels=frozenset({APP, EMAIL}),
    critical=True,
    group=False,
    shown_to=lambda user: user.role == Role.MANAGER,
    example=UNTAKEN.example,
)
GAP = Kind(
    "duty.gap",
    _("Nobody is on duty soon"),
    _("Nobody is on duty from %(start)s"),
    body=_("Until %(finish)s the duty table is empty. Put somebody there."),
    channels=frozenset({APP, EMAIL}),
    shown_to=lambda user: allows(user, "duty.edit"),
    example=EXAMPLE,
)
KINDS = [PLANNED, SUBSTITUTE, SUBSTITUTED, UNTAKEN, EXHAUSTED, GAP]


class Spans:
    """From when to when, a line for each duty, in the words and the zone of whoever reads it."""

    def __init__(self, duties: Sequence[Duty]):
        self.duties = duties

    def __str__(self) -> str:
        lines = [f"{stamp(duty.start)} – {stamp(duty.finish)}" for duty in self.duties[:SHOWN]]
        return "\n".join([*lines, "…"] if len(self.duties) > SHOWN else lines)


def tell_planned(duties: Sequence[Duty], *, by: Actor) -> None:
    """One notice for each person, however many duties they got."""
    for person in dict.fromkeys(duty.person for duty in duties):
        own = [duty for duty in duties if duty.person == person]
        notify(
            [person], kind=PLANNED, subject=own[0], context={"spans": Spans(own)}, by=by, url=reverse("oncall:table")
        )


def tell_substituted(duty: Duty, *, by: Actor) -> None:
    """Tell both what was agreed."""
    original = duty.original
    assert original is not None  # noqa: S101 - a substitution has one
    times = {"start": duty.start, "finish": duty.finish, "note": duty.remark}
    url = original.get_absolute_url()
    notify([duty.person], kind=SUBSTITUTE, subject=duty, context=times | {"name": original.person.name}, by=by, url=url)
    notify(
        [original.person], kind=SUBSTITUTED, subject=duty, context=times | {"name": duty.person.name}, by=by, url=url
    )


def tell_untaken(people: Sequence[Any], incident: Incident, *, since: datetime, by: Actor) -> None:
    """Tell whom a step of the chain means; a letter follows where Telegram does not reach them in three minutes."""
    notify(people, kind=UNTAKEN, subject=incident, context=waiting(incident, since), by=by)


def tell_exhausted(people: Sequence[Any], incident: Incident, *, since: datetime, by: Actor) -> None:
    """Tell those who can find somebody that the chain has come to its end, once."""
    notify(people, kind=EXHAUSTED, subject=incident, context=waiting(incident, since), by=by)


def waiting(incident: Incident, since: datetime) -> dict[str, Any]:
    return {"incident": incident, "severity": Incident.Severity(incident.severity).label, "since": since}


def tell_gap(gap: Span, *, is_open: bool) -> None:
    """Tell those who keep the table; an open gap is its end, after which nobody is planned."""
    context = {"start": gap.start, "finish": "…" if is_open else gap.finish}
    notify(holders("duty.edit"), kind=GAP, context=context, url=reverse("oncall:table"))
