"""The last 24 hours of a group and its targets, minute by minute, as strips and a curve show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from monitoring.models import Minute, Outage, Target, TargetGroup
from monitoring.recurrence import Span
from suspensions.models import Suspension
from workflow.times import duration

MINUTES = 24 * 60
BUCKET = 10  # minutes of a point of the curve
HEIGHT = 130  # of the curve, in pixels
SCALES = (50, 100, 150, 300, 600, 1500, 3000, 6000, 15000)  # milliseconds at the top of the curve
UP, LATE, DOWN, NODATA, PLANNED = "up", "late", "down", "nodata", "planned"
SHAPES = {
    UP: ("64%", "36%"),
    LATE: ("32%", "68%"),
    DOWN: ("0%", "100%"),
    NODATA: ("32%", "68%"),
    PLANNED: ("32%", "68%"),
}
HATCHES = {NODATA: "url(#p-nodata)", PLANNED: "url(#p-plan)"}


class Piece(NamedTuple):
    """A stretch of a strip in one state; places are shares of its width."""

    state: str
    x: str
    width: str
    y: str
    height: str
    fill: str


class Seen(NamedTuple):
    good: int
    bad: int
    good_ms: int


@dataclass(frozen=True)
class Strip:
    """A day, a state for each minute."""

    states: Sequence[str]

    def pieces(self) -> list[Piece]:
        found, place = [], 0
        for state, row in groupby(self.states):
            length = len(list(row))
            y, height = SHAPES[state]
            x, width = f"{100 * place / MINUTES:.3f}%", f"{100 * length / MINUTES:.3f}%"
            found.append(Piece(state, x, width, y, height, HATCHES.get(state, "")))
            place += length
        return found

    def minutes(self, *states: str) -> int:
        return sum(state in states for state in self.states)

    @property
    def availability(self) -> float | None:
        """The share of the measured minutes in which it was not down; None where none was measured."""
        measured = MINUTES - self.minutes(NODATA, PLANNED)
        return 1 - self.minutes(DOWN) / measured if measured else None

    @property
    def words(self) -> str:
        down, unknown = duration(60 * self.minutes(DOWN)), duration(60 * self.minutes(NODATA))
        return _("Within 24 hours: down for %(down)s, no data for %(unknown)s") % {"down": down, "unknown": unknown}


@dataclass(frozen=True)
class Day:
    """What was seen of one group in the 24 hours before `end`."""

    group: TargetGroup
    end: datetime
    seen: dict[int, dict[int, Seen]]  # by target, by minute from the beginning
    outages: Sequence[Outage]
    windows: Sequence[Span]
    planned: Sequence[Sequence[Span]] = ()  # announced work, process by process; it counts where all of them have some

    @property
    def start(self) -> datetime:
        return self.end - timedelta(minutes=MINUTES)

    def strip_of(self, target: Target) -> Strip:
        seen = self.seen.get(target.pk, {})
        return Strip(self.carried([state_of(seen.get(minute)) for minute in range(MINUTES)]))

    def strip(self) -> Strip:
        """The group's own: down only while it had an outage, planned where it failed in a maintenance window."""
        works = [self.covered(spans) for spans in self.planned]
        down, planned = self.covered(self.outages), self.covered(self.windows) | set.intersection(*works or [set()])
        rows = [[seen.get(minute) for seen in self.seen.values()] for minute in range(MINUTES)]
        return Strip(
            self.carried([group_state(row, minute in down, minute in planned) for minute, row in enumerate(rows)])
        )

    def covered(self, spans: Iterable[Any]) -> set[int]:
        """The minutes that lie within spans of start and finish."""
        found: set[int] = set()
        for span in spans:
            first = int((span.start - self.start).total_seconds() // 60)
            last = int(((span.finish or self.end) - self.start).total_seconds() // 60)
            found.update(range(max(first, 0), min(last + 1, MINUTES)))
        return found

    def carried(self, states: list[str]) -> list[str]:
        """Let a measurement hold until the next one was due: longer intervals leave minutes empty."""
        reach, left = -(-int(self.group.silence.total_seconds()) // 60), 0
        for minute, state in enumerate(states):
            if state != NODATA:
                left = reach
            elif left and minute:
                states[minute], left = states[minute - 1], left - 1
        return states

    def curve(self) -> "Curve":
        points: list[float | None] = []
        for first in range(0, MINUTES, BUCKET):
            seen = [
                row[minute] for row in self.seen.values() for minute in range(first, first + BUCKET) if minute in row
            ]
            good = sum(one.good for one in seen)
            points.append(sum(one.good_ms for one in seen) / good if good else None)
        return Curve(points)


@dataclass(frozen=True)
class Curve:
    """The mean answering time of ten minutes each, in milliseconds; None breaks the line."""

    points: Sequence[float | None]

    @property
    def known(self) -> list[float]:
        return sorted(point for point in self.points if point is not None)

    @property
    def median(self) -> int | None:
        return round(self.known[len(self.known) // 2]) if self.known else None

    @property
    def slow(self) -> int | None:
        """What nineteen of twenty points stay below."""
        return round(self.known[int(len(self.known) * 0.95)]) if self.known else None

    @property
    def top(self) -> int:
        highest = self.known[-1] if self.known else 0
        return next((scale for scale in SCALES if scale >= highest), SCALES[-1])

    @property
    def grid(self) -> list[tuple[str, int]]:
        """Heights of the lines, with their values."""
        return [(f"{HEIGHT * (1 - share / 3) + 8:.1f}", round(self.top * share / 3)) for share in (3, 2, 1, 0)]

    def path(self) -> str:
        drawn, open_line = [], False
        for place, point in enumerate(self.points):
            if point is None:
                open_line = False
                continue
            drawn.append(f"{'L' if open_line else 'M'}{place} {HEIGHT * (1 - min(point / self.top, 1)) + 8:.1f}")
            drawn += [] if open_line else ["h0.4"]
            open_line = True
        return "".join(drawn)


def state_of(seen: Seen | None) -> str:
    if seen is None or not seen.good + seen.bad:
        return NODATA
    return UP if not seen.bad else LATE if seen.good else DOWN


def group_state(row: Sequence[Seen | None], down: bool, planned: bool) -> str:
    good, bad = sum(seen.good for seen in row if seen), sum(seen.bad for seen in row if seen)
    if not good + bad:
        return NODATA
    if not bad:
        return UP
    return PLANNED if planned else DOWN if down else LATE


def days_of(groups: Sequence[TargetGroup], now: datetime) -> dict[int, Day]:
    """Return the day of each group; four queries, however many they are."""
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    start = end - timedelta(minutes=MINUTES)
    keys = [group.pk for group in groups]
    seen: dict[int, dict[int, dict[int, Seen]]] = {key: {} for key in keys}
    rows = Minute.objects.filter(target__group__in=keys, at__gte=start, at__lt=end).order_by()
    for key, target, at, *counts in rows.values_list("target__group", "target", "at", "good", "bad", "good_ms"):
        seen[key].setdefault(target, {})[int((at - start).total_seconds() // 60)] = Seen(*counts)
    outages = list(Outage.objects.filter(group__in=keys).in_period(start, end))
    works = works_of(groups, start, end)
    return {
        group.pk: Day(
            group,
            end,
            seen[group.pk],
            [outage for outage in outages if outage.group_id == group.pk],
            [span for window in group.windows.all() for span in window.spans(start, end)],
            [works.get(process.pk, []) for process in group.processes()],
        )
        for group in groups
    }


def works_of(groups: Sequence[TargetGroup], start: datetime, end: datetime) -> dict[int, list[Span]]:
    """Return the planned work that was announced for the processes of the groups, by process."""
    found: dict[int, list[Span]] = {}
    processes = {process.pk for group in groups for process in group.processes()}
    cases = Suspension.objects.announced_within(start, end).filter(process__in=processes).order_by()
    for case in cases:
        found.setdefault(case.process_id, []).append(Span(case.start, case.finish or case.overruns_at))
    return found
