"""Planned work that nobody ended: forgotten, it would stay out of every budget for ever."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from suspensions.models import Suspension
from suspensions.notifications import tell_overrun
from workflow.actor import Actor


def remind_of_planned(at: datetime, *, by: Actor) -> int:
    """Remind once of each planned work that runs past its end; a new end begins anew. May run twice at once."""
    cases = Suspension.objects.overrun(at).select_related("process")
    return sum(remind(case, by=by) for case in cases)


@transaction.atomic
def remind(case: Suspension, *, by: Actor) -> bool:
    """Of two that ask at once exactly one tells."""
    ends = case.overruns_at
    untold = Suspension.objects.filter(pk=case.pk, finish=None).filter(Q(reminded_of=None) | ~Q(reminded_of=ends))
    if not untold.update(reminded_of=ends):
        return False
    tell_overrun(case, by=by)
    return True
