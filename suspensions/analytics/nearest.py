"""Single cases against what one case is allowed: of each process the nearest one of a year, and how many exceed it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Least

from accounts import organisation
from accounts.working_time import MINUTE, datetime_of, moment_of
from suspensions import intervals
from suspensions.analytics.asking import Micros
from suspensions.budgets.reckoning import Allowance, Version, of_case, versions_of
from suspensions.models import Suspension, TechProcess
from suspensions.models.suspension import SuspensionQuerySet

CHUNK = 500


class Nearest(NamedTuple):
    """The case that used most of what the limit in force at its start allows, and how many used more than that."""

    case: Suspension
    found: Allowance
    beyond: int

    @property
    def rank(self) -> tuple[float, int]:
        return self.found.percent or 0, self.found.used

    def settles(self, length: int, versions: Sequence[Version]) -> bool:
        """Whether cases of this length and shorter ones cannot change it."""
        limits = [version.limit.case_minutes for version in versions if version.limit]
        least = min((limit * MINUTE for limit in limits if limit is not None), default=None)
        if least is None:
            return self.found.used >= length
        return length <= least and 100 * length <= self.rank[0] * least


def nearest(processes: Sequence[TechProcess], at: datetime) -> dict[int, Nearest]:
    """Return the nearest case of the year up to a moment, by process: unplanned ones, the longest looked at first."""
    versions, known = versions_of(processes), {process.pk: process for process in processes}
    year = at.astimezone(organisation.current().zone).year
    start = datetime_of(intervals.midnight(date(year, 1, 1), organisation.current().zone))
    cases = Suspension.objects.counted().filter(planned=False, process__in=known).in_period(start, at)
    open_ones, found = set(cases.order_by().values_list("process", flat=True).distinct()), dict[int, Nearest]()
    for case in longest_first(cases, at):
        process = case.process_id
        if process in open_ones:
            seen = found.get(process)
            if seen and seen.settles(case.length, versions[process]):  # type: ignore[attr-defined]
                open_ones.remove(process)
            else:
                found[process] = better(seen, case, of_case(case, known[process], versions[process], at))
        if not open_ones:
            break
    return found


def longest_first(cases: SuspensionQuerySet, at: datetime) -> Iterator[Suspension]:
    now = Value(moment_of(at))
    lasted = cases.annotate(length=Least(Coalesce(Micros("finish"), now), now) - Micros("start"))
    return lasted.prefetch_related("segments").order_by(F("length").desc(), "pk").iterator(chunk_size=CHUNK)


def better(seen: Nearest | None, case: Suspension, found: Allowance) -> Nearest:
    beyond = (seen.beyond if seen else 0) + (found.allowed is not None and found.used > found.allowed)
    fresh = Nearest(case, found, beyond)
    return fresh if seen is None or fresh.rank > seen.rank else seen._replace(beyond=beyond)
