"""Folds away what cases that are over add up to, in sixths of months up to the last midnight.

The database notes the start of every case that is written to. A fold that was made before such a note is stale: readers
pass it over and ask about its cases, until it is made anew here. So it is when working hours have changed; readers then
count what is worked from its pieces. Each note is read before the cases are, so that what is written meanwhile stays
noted; of two who fold at once the second notices and leaves its notes for the next time.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max

from accounts import organisation
from accounts.working_time import moment_of
from suspensions.analytics.asking import Asked, Query
from suspensions.analytics.figures import earliest
from suspensions.analytics.folds import basis, worked_of
from suspensions.analytics.packing import packed
from suspensions.analytics.periods import Period
from suspensions.analytics.runs import Run
from suspensions.analytics.schedules import Schedules
from suspensions.models import Fold, Suspension, TechProcess, Touched

FIRST_DAYS = (1, 6, 11, 16, 21, 26)
AT_ONCE = 1000  # notes forgotten in one statement


def fold(now: datetime) -> int:
    """Fold what is new or was touched; return how many stretches that were."""
    zone, first = organisation.current().zone, earliest(Suspension.objects.all())
    Fold.objects.exclude(basis=basis(zone)).delete()
    if first is None:
        return 0
    known = {moment_of(found.start): found for found in Fold.objects.defer("content")}
    notes = list(Touched.objects.values_list("pk", "start"))
    touched = sorted(moment_of(start) for _pk, start in notes)
    parts = [(part, known.get(moment_of(part.start))) for part in stretches(first, now, zone)]
    hours = Schedules(TechProcess.objects.all(), moment_of(parts[0][0].start) if parts else 0, moment_of(now))
    stale = [(period, old) for period, old in parts if not holds(old, period, touched, hours)]
    kept = [keep(period, old, hours) for period, old in stale]
    if all(kept):
        keys = [pk for pk, _start in notes]
        for at in range(0, len(keys), AT_ONCE):
            Touched.objects.filter(pk__in=keys[at : at + AT_ONCE]).delete()
    return len(stale)


def holds(found: Fold | None, period: Period, touched: Sequence[int], hours: Schedules) -> bool:
    """Say whether a fold still says what its cases and the working hours of their processes do."""
    start, finish = moment_of(period.start), moment_of(period.finish)
    if (
        found is None
        or moment_of(found.finish) != finish
        or bisect_left(touched, start) != bisect_left(touched, finish)
    ):
        return False
    ends = moment_of(max(found.finish, found.reaches or found.finish))
    worked = worked_of(found.worked)
    return all(hours.of(process).fingerprint(start, ends) == known.hours for process, known in worked.items())


def stretches(first: datetime | None, now: datetime, zone: ZoneInfo) -> Iterator[Period]:
    """Yield the sixths of months from the first case to the last midnight."""
    if first is None:
        return
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    start = sixth_of(first.astimezone(zone))
    while start < midnight:
        following = sixth_of(start + timedelta(days=7))
        yield Period(start, min(following, midnight))
        start = following


def sixth_of(moment: datetime) -> datetime:
    """Return the midnight with which its sixth of the month begins."""
    day = max(day for day in FIRST_DAYS if day <= moment.day)
    return moment.replace(day=day, hour=0, minute=0, second=0, microsecond=0, fold=0)


def keep(period: Period, old: Fold | None, hours: Schedules) -> bool:
    """Put away what the cases add up to; say whether nobody else did so meanwhile."""
    cases = Suspension.objects.counted().filter(start__gte=period.start, start__lt=period.finish)
    over = cases.filter(finish__isnull=False)
    reaches = over.aggregate(last=Max("finish"))["last"]
    until = max(period.finish, reaches or period.finish) + timedelta(seconds=1)
    found = Asked(Query(Period(period.start, until.astimezone(period.zone))), over, until).answers(over)
    start, finish = moment_of(period.start), moment_of(period.finish)
    run = Run.of(found, start, finish, moment_of(reaches) if reaches else start, period.zone)
    fields = {
        "finish": period.finish,
        "reaches": reaches,
        "cases": len(found.lengths),
        "content": packed(run),
        "worked": {process: run.work(hours.of(process), process) for process in found.processes},
        "made_at": datetime.now(UTC),
    }
    if old is not None:
        return Fold.objects.filter(pk=old.pk, made_at=old.made_at).update(**fields) == 1
    _fold, created = Fold.objects.get_or_create(basis=basis(period.zone), start=period.start, defaults=fields)
    return created
