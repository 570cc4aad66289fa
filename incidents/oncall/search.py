"""Who is on duty, as the search finds them: by the word itself, or by the name of somebody on duty within a week."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import allows
from incidents.models import Duty
from incidents.oncall.schedule import LOOKED_AHEAD, Schedule, Span
from notifications.kinds import stamp
from workflow.search.mentions import fold, words
from workflow.search.nouns import Directory, Person

AHEAD = timedelta(days=7)
ASKED = ("duty", "on duty", "on call", "on-call", "oncall", "дежур")  # what somebody types who means the table


def find(user: Any, text: str, most: int) -> list[Person]:
    """Return whoever is on duty now and next where the table is asked for, else those of that name within a week."""
    if not allows(user, "duty.see"):
        return []
    at, wanted = timezone.now(), words(text)
    spans = Schedule.between(at, at + LOOKED_AHEAD).spans
    manned = [(span, span.duty) for span in spans if span.duty and span.start < at + AHEAD]
    if " ".join(wanted).startswith(ASKED):
        first = manned[0][1].person if manned else None
        others = [found for found in manned[1:] if found[1].person != first]
        manned = manned[:1] + others[:1]
    else:
        manned = [found for found in manned if all(word in fold(found[1].person.name) for word in wanted)]
    return [hit(span, duty, at) for span, duty in manned[:most]]


def hit(span: Span, duty: Duty, at: datetime) -> Person:
    times = {"start": stamp(span.start), "finish": stamp(span.finish)}
    now = _("on duty until %(finish)s") if span.start <= at else _("on duty from %(start)s to %(finish)s")
    return Person(duty.pk, duty.person.name, now % times, duty.get_absolute_url())


DIRECTORY = Directory("duty", gettext_lazy("On call"), "oncall", find)
