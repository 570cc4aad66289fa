"""What the risk register shows beside its rows: the heat map, and what came true year by year."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from accounts import organisation
from suspensions.lengths import Part, lasted, minutes, parts_of
from suspensions.models import Risk
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
    """Cases that touch a calendar year of the organisation, their downtime within it, their losses by currency.

    A case over New Year lasts in both years; it is an event, with its loss, of the year in which it began.
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
    now, zone = at or timezone.now(), organisation.current().zone
    cases = list(risk.suspensions.counted())
    parts = parts_of(case.pk for case in cases)
    events: dict[int, int] = defaultdict(int)
    spans: dict[int, timedelta] = defaultdict(timedelta)
    losses: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for case in cases:
        first, last = case.start.astimezone(zone).year, (case.finish or now).astimezone(zone).year
        events[first] += 1
        if case.loss is not None:
            losses[first][case.currency] += case.loss
        for year in range(first, last + 1):
            spans[year] += within(
                parts[case.pk], datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone), now
            )
    return [
        RiskYear(year, events[year], minutes(spans[year]), {name: str(sum_) for name, sum_ in losses[year].items()})
        for year in sorted({*events, *spans}, reverse=True)
    ]


def within(parts: Iterable[Part], start: datetime, finish: datetime, now: datetime) -> timedelta:
    """Return how long segments lasted inside of [start, finish)."""
    clipped = (Part(max(part.start, start), min(part.finish or now, finish), part.degradation) for part in parts)
    return lasted((part for part in clipped if part.start < part.finish), now)  # type: ignore[operator]
