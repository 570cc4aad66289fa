"""How soon incidents were taken and resolved.

MTTA, the mean time to acknowledge, is the sum of (acknowledged − opened) over n; MTTR, here the mean time to resolve,
is the sum of (resolved − opened) over n (IBM, “What is MTTR?”, 2024; Google, Site Reliability Workbook, chapter 9).
n counts those alone for which the second moment is known, and stands beside each mean, as does the median, which few
long ones do not move. An incident belongs to the period in which it was opened. One resolved by whoever never took it
has no acknowledgement; one closed without being resolved ends with its closing; a reopened one is not resolved until
it is again. Time in which an incident was put off counts like any other. Deleted ones count nowhere.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from statistics import fmean, median
from typing import Any, NamedTuple

from django.db.models.functions import Coalesce

from accounts.models import User
from incidents.models import Incident
from incidents.oncall.schedule import Schedule

PERIODS = {"month": timedelta(days=30), "quarter": timedelta(days=91), "year": timedelta(days=365)}
Severity = Incident.Severity


class Answered(NamedTuple):
    """One incident as it counts: seconds to its taking and to its end, None while there is none."""

    severity: str
    opened: datetime
    to_take: float | None
    to_resolve: float | None
    put_off: bool


@dataclass
class Figures:
    """Means and medians in seconds, None of nothing; `n` is how many each is made of."""

    total: int = 0
    put_off: int = 0  # of those that are not finished
    takings: list[float] = field(default_factory=list)
    resolutions: list[float] = field(default_factory=list)

    def add(self, one: Answered) -> None:
        self.total += 1
        self.put_off += one.put_off
        if one.to_take is not None:
            self.takings.append(one.to_take)
        if one.to_resolve is not None:
            self.resolutions.append(one.to_resolve)

    @property
    def taken(self) -> int:
        return len(self.takings)

    @property
    def resolved(self) -> int:
        return len(self.resolutions)

    @property
    def unresolved(self) -> int:
        return self.total - self.resolved

    @property
    def mean_to_take(self) -> int | None:
        """MTTA = Σ(acknowledged − opened) / n, in whole seconds."""
        return round(fmean(self.takings)) if self.takings else None

    @property
    def median_to_take(self) -> int | None:
        return round(median(self.takings)) if self.takings else None

    @property
    def mean_to_resolve(self) -> int | None:
        """MTTR = Σ(resolved − opened) / n, in whole seconds."""
        return round(fmean(self.resolutions)) if self.resolutions else None

    @property
    def median_to_resolve(self) -> int | None:
        return round(median(self.resolutions)) if self.resolutions else None

    def as_dict(self) -> dict[str, int | None]:
        return {name: getattr(self, name) for name in NAMES}


NAMES = (
    "total", "taken", "mean_to_take", "median_to_take", "resolved", "mean_to_resolve", "median_to_resolve",
    "unresolved", "put_off",
)  # fmt: skip


class Line(NamedTuple):
    """The figures of one severity, or of whoever was on duty when incidents were opened; None is nobody."""

    key: Any
    figures: Figures


class Reading:
    """The figures of the incidents opened in [start, finish): two queries, however many there are."""

    def __init__(self, period: str, at: datetime):
        self.period, self.start, self.finish = period, at - PERIODS[period], at

    @cached_property
    def found(self) -> list[Answered]:
        opened = Incident.objects.present().filter(created_at__gte=self.start, created_at__lt=self.finish)
        ended = Coalesce("resolved_at", "closed_at")
        rows = opened.order_by().values_list("severity", "created_at", "acknowledged_at", ended, "snoozed_until")
        return [
            Answered(severity, at, seconds(at, taken), seconds(at, end), snoozed is not None)
            for severity, at, taken, end, snoozed in rows.iterator(chunk_size=5000)
        ]

    @cached_property
    def schedule(self) -> Schedule:
        return Schedule.between(self.start, self.finish, everybody=True)

    @cached_property
    def total(self) -> Figures:
        return gathered(self.found, lambda one: True).get(True, Figures())

    @cached_property
    def severities(self) -> list[Line]:
        """The worst first, those without an incident too."""
        groups = gathered(self.found, lambda one: one.severity)
        return [Line(Severity(value), groups.get(value, Figures())) for value in reversed(Severity.values)]

    @cached_property
    def people(self) -> list[Line]:
        """By name; nobody last."""
        groups = gathered(self.found, self.on_duty)
        lines = [Line(person, figures) for person, figures in groups.items()]
        return sorted(lines, key=lambda line: (line.key is None, line.key.name if line.key else ""))

    def on_duty(self, one: Answered) -> User | None:
        duty = self.schedule.at(one.opened)
        return duty.person if duty else None


def seconds(start: datetime, finish: datetime | None) -> float | None:
    return max((finish - start).total_seconds(), 0.0) if finish else None


def gathered[Key](found: Iterable[Answered], key: Callable[[Answered], Key]) -> dict[Key, Figures]:
    """Return the figures of each group."""
    groups: dict[Key, Figures] = defaultdict(Figures)
    for one in found:
        groups[key(one)].add(one)
    return dict(groups)
