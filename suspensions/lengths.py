"""How long cases lasted: the unweighted union of their segments, of which those of one case never overlap."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from accounts.working_time import WorkingTime
from suspensions.models import Segment, TechProcess


class Part(NamedTuple):
    start: datetime
    finish: datetime | None
    degradation: Decimal


type Parts = Mapping[int, list[Part]]


def parts_of(cases: Iterable[int]) -> Parts:
    """Return the segments of several cases, by case, in one query."""
    found: dict[int, list[Part]] = {case: [] for case in cases}
    rows = Segment.objects.filter(suspension__in=found).order_by("start", "pk")
    for case, start, finish, degradation in rows.values_list("suspension", "start", "finish", "degradation"):
        found[case].append(Part(start, finish, degradation))
    return found


def lasted(parts: Iterable[Any], at: datetime | None = None) -> timedelta:
    """Return the length of segments; what runs on counts to `at`, or now."""
    now = at or timezone.now()
    return sum((max((part.finish or now) - part.start, timedelta(0)) for part in parts), timedelta(0))


def scheduled(parts: Iterable[Any], hours: WorkingTime, at: datetime | None = None) -> timedelta:
    """Return how much of segments lies within a process's working time."""
    now = at or timezone.now()
    return sum((hours.working_time(part.start, part.finish or now) for part in parts), timedelta(0))


def hours_of(processes: Iterable[int]) -> dict[int, WorkingTime]:
    """Return the working time of several processes in one query."""
    return {process.pk: process.working_time() for process in TechProcess.objects.filter(pk__in=set(processes))}


def minutes(span: timedelta) -> float:
    """Minutes with two decimals, rounded once, here."""
    exact = Decimal(span // timedelta(microseconds=1)) / 60_000_000
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
