"""What the database is asked for budgets: which cases count, and the union of their downtime, made there.

Counted are cases that are neither planned nor drafts nor deleted, each segment while its degradation exceeds the share
that the limit in force then allows.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime

from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest, Least

from suspensions import intervals
from suspensions.analytics.asking import Micros
from suspensions.budgets.versions import Version
from suspensions.intervals import Stretch
from suspensions.models import Suspension, TechProcess
from suspensions.models.suspension import SuspensionQuerySet
from suspensions.remembering import recall, states_of

type Sums = Callable[[SuspensionQuerySet], dict[int, list[Stretch]]]


def used(cases: SuspensionQuerySet, at: datetime, about: Hashable, sums: Sums) -> dict[int, list[Stretch]]:
    """Return the sums of what is over: remembered as a whole, and of what is long over as such."""
    state, settled = states_of(cases, at)
    if settled is None:
        return recall(state, about, lambda: sums(cases))

    def made() -> dict[int, list[Stretch]]:
        long_over = recall(settled.state, ("settled", about), lambda: sums(cases.settled(settled.before)))
        rest = {} if settled.is_all else sums(cases.unsettled(settled.before))
        return {key: intervals.union([*long_over.get(key, []), *rest.get(key, [])]) for key in {**long_over, **rest}}

    return recall(state, about, made)


def ended_in(start: datetime, at: datetime) -> SuspensionQuerySet:
    """The unplanned cases of a year that were over at a moment; what ran then is in `running_at`."""
    return Suspension.objects.counted().filter(planned=False, finish__lte=at).in_period(start, at)


def used_in(
    cases: SuspensionQuerySet, start: int, finish: int, versions: dict[int, list[Version]]
) -> dict[int, list[Stretch]]:
    """Return the united counted downtime of each process in these cases from `start` on, by gaps and islands."""
    rows = [
        f"({process}, {version.start}, {version.finish}, {version.share})"
        for process, some in versions.items()
        for version in some
        if version.start < finish and version.finish > start
    ]
    if not rows or start >= finish:
        return {}
    starts = Greatest(Micros("segments__start"), Value(start))
    ends = Greatest(starts, Least(Coalesce(Micros("segments__finish"), Value(finish)), Value(finish)))
    pieces = (
        cases.order_by().filter(segments__isnull=False).values_list("process_id", "segments__degradation", starts, ends)
    )
    sql, params = pieces.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(ISLANDS.format(pieces=sql, versions=", ".join(rows)), params)
        found = defaultdict(list)
        for process, begins, reaches in cursor.fetchall():
            found[process].append((begins, reaches))
    return found


ISLANDS = """
WITH piece(process, lost, s, f) AS ({pieces}),
version(process, a, b, share) AS (VALUES {versions}),
counted AS (
    SELECT piece.process AS process, CASE WHEN s > a THEN s ELSE a END AS s, CASE WHEN f < b THEN f ELSE b END AS f
    FROM piece JOIN version ON version.process = piece.process AND s < b AND f > a AND s < f AND lost > share)
SELECT process, MIN(s), MAX(f) FROM (
    SELECT process, s, f, SUM(CASE WHEN s <= reached THEN 0 ELSE 1 END)
        OVER (PARTITION BY process ORDER BY s, f ROWS UNBOUNDED PRECEDING) AS island
    FROM (SELECT process, s, f, MAX(f) OVER (PARTITION BY process ORDER BY s, f
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM counted) AS ordered) AS numbered
GROUP BY process, island ORDER BY process, 2"""


def running_at(processes: Iterable[TechProcess], at: datetime) -> dict[int, list[Suspension]]:
    """Return the unplanned cases of each process that ran at a moment, with their segments."""
    runs = Q(finish=None) | Q(finish__gt=at)
    cases = Suspension.objects.counted().filter(runs, planned=False, start__lte=at, process__in=list(processes))
    found = defaultdict(list)
    for case in cases.select_related("process").prefetch_related("segments").order_by(F("start"), "pk"):
        found[case.process_id].append(case)
    return found
