"""What the risk register shows beside its rows: the heat map, and what came true year by year."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone

from accounts import organisation
from suspensions import intervals
from suspensions.lengths import Parts, minutes, parts_of
from suspensions.models import Risk, Suspension
from suspensions.models.risks import HIGHEST, band

SCORES = range(1, HIGHEST + 1)


class Cell(NamedTuple):
    """One square of the heat map and the risks in it."""

    likelihood: int
    impact: int
    score: int
    band: str
    risks: list[Risk]


class RiskYear(NamedTuple):
    """What came true in a calendar year of the organisation: events, their downtime within it, losses by currency.

    Cases under one incident are one event, of the year in which the first of them began; their downtime counts once
    however many processes it hit. Each loss is of the year in which its case began. What is only announced is nothing.
    """

    year: int
    events: int
    minutes: float
    losses: dict[str, str]


def heat_map(risks: Iterable[Risk], *, residual: bool) -> list[list[Cell]]:
    """Return the rows of the map, the likeliest on top, impact growing to the right."""
    held: dict[tuple[int, int], list[Risk]] = defaultdict(list)
    for risk in risks:
        place = (risk.residual_likelihood, risk.residual_impact) if residual else (risk.likelihood, risk.impact)
        held[place].append(risk)
    return [
        [Cell(row, column, row * column, band(row, column), held[row, column]) for column in SCORES]
        for row in reversed(SCORES)
    ]


def years_of(risk: Risk, at: datetime | None = None) -> list[RiskYear]:
    """Return the years in which the risk came true, the latest first."""
    now = at or timezone.now()
    cases = list(risk.suspensions.counted().filter(start__lte=now).order_by("start", "pk"))
    return years_from(cases, parts_of(case.pk for case in cases), now)


def years_of_all(risks: Iterable[Risk], at: datetime | None = None) -> dict[int, list[RiskYear]]:
    """Return the years of several risks, by risk, in two queries."""
    now = at or timezone.now()
    cases: dict[int, list[Suspension]] = {risk.pk: [] for risk in risks}
    counted: Any = Suspension.objects.counted().filter(risks__in=cases, start__lte=now)
    for case in counted.annotate(risk=F("risks")).order_by("start", "pk"):
        cases[case.risk].append(case)
    parts = parts_of({case.pk for some in cases.values() for case in some})
    return {risk: years_from(some, parts, now) for risk, some in cases.items()}


def years_from(cases: Sequence[Suspension], parts: Parts, now: datetime) -> list[RiskYear]:
    """Return the years of cases in the order of their starts."""
    zone = organisation.current().zone
    events: dict[int, int] = Counter(
        {case.incident_id or -case.pk: began(case, zone) for case in reversed(cases)}.values()
    )
    losses: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for case in cases:
        if case.loss is not None:
            losses[began(case, zone)][case.currency] += case.loss
    spans = downtime_by_year(cases, parts, now, zone)
    return [
        RiskYear(year, events[year], minutes(spans[year]), {name: str(sum_) for name, sum_ in losses[year].items()})
        for year in sorted({*events, *spans}, reverse=True)
    ]


def began(case: Suspension, zone: ZoneInfo) -> int:
    return case.start.astimezone(zone).year


def downtime_by_year(cases: Sequence[Suspension], parts: Parts, now: datetime, zone: ZoneInfo) -> dict[int, timedelta]:
    """Return how long any of the cases lasted in each year; overlaps count once."""
    spans: dict[int, timedelta] = defaultdict(timedelta)
    if cases:
        first, last = began(cases[0], zone), now.astimezone(zone).year
        edges = [intervals.midnight(date(year, 1, 1), zone) for year in range(first, last + 2)]
        some = chain.from_iterable(parts[case.pk] for case in cases)
        for piece in intervals.union(intervals.stretch(part.start, part.finish, now) for part in some):
            for box, length in intervals.cut(piece, edges):
                spans[first + box] += timedelta(microseconds=length)
    return spans
