"""Gaps of the duty table that come soon: told in time, each once, to those who keep the table."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from accounts import organisation
from incidents.models import Duty, ToldGap
from incidents.oncall.notifications import tell_gap
from incidents.oncall.schedule import LOOKED_AHEAD, Schedule, Span

AHEAD = timedelta(hours=48)
FROM = 10  # o'clock of the organisation's day


def warn(*, at: datetime) -> int:
    """Tell of each gap that comes within AHEAD, begun or not, and was not told of yet; return how many those were.

    Safe to run at any hour, any number of times: before FROM nobody is told, and a row says which gaps are known.
    """
    if at.astimezone(organisation.current().zone).hour < FROM:
        return 0
    gaps = coming(at)
    ToldGap.objects.filter(start__gt=at).exclude(start__in=[gap.start for gap in gaps]).delete()  # filled meanwhile
    return sum(tell_once(gap, at) for gap in gaps)


def coming(at: datetime) -> list[Span]:
    """Return the gaps that lie in the next AHEAD, those that go on from their true start.

    Before the first duty of all there is no table yet, and one that was empty for as long as we look ahead is not kept.
    """
    manned = Duty.objects.present().filter(person__is_active=True, finish__gt=at - LOOKED_AHEAD, finish__lte=at)
    since = manned.aggregate(last=Max("finish"))["last"]
    found = Schedule.between(since or at, at + LOOKED_AHEAD).gaps
    return [gap for gap in found if at < gap.finish and gap.start <= at + AHEAD and (since or gap.start > at)]


@transaction.atomic
def tell_once(gap: Span, at: datetime) -> bool:
    _row, new = ToldGap.objects.get_or_create(start=gap.start)
    if new:
        tell_gap(gap, is_open=gap.finish >= at + LOOKED_AHEAD)
    return new
