"""The duty table as a calendar: days of the next weeks, who is on duty on each, and where nobody is."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.utils import timezone

from incidents.oncall.schedule import Schedule, Span

WEEKS = 5


@dataclass
class Day:
    date: date
    spans: list[Span] = field(default_factory=list)
    is_today: bool = False
    is_past: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nobody is on duty all day long."""
        return all(span.duty is None for span in self.spans)

    @property
    def has_gap(self) -> bool:
        """Whether somebody still has to be found."""
        return any(span.duty is None for span in self.spans)


class Overview(NamedTuple):
    weeks: list[list[Day]]
    gaps: list[Span]
    present: Span | None
    following: Span | None


def overview(at: datetime) -> Overview:
    """Return the weeks from this one on in the reader's zone, with who is on duty now and then. One query."""
    today = timezone.localdate(at)
    first = today - timedelta(days=today.weekday())
    days = [first + timedelta(days=number) for number in range(WEEKS * 7 + 1)]
    ends = [midnight(day) for day in days]
    schedule = Schedule.between(ends[0], ends[-1])
    shown = [
        day_of(day, start, finish, schedule, at) for day, (start, finish) in zip(days, pairwise(ends), strict=False)
    ]
    coming = [span for span in cut(schedule.spans, at, ends[-1]) if span.start < ends[-1]]
    present = coming[0] if coming and coming[0].duty else None
    others = [span for span in coming[1:] if span.duty and span.person != (present and present.person)]
    return Overview(
        weeks=[shown[start : start + 7] for start in range(0, len(shown), 7)],
        gaps=[span for span in coming if span.duty is None],
        present=present,
        following=others[0] if others else None,
    )


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def day_of(day: date, start: datetime, finish: datetime, schedule: Schedule, at: datetime) -> Day:
    """Gaps that are over are nobody's worry any more."""
    spans = [span for span in cut(schedule.spans, start, finish) if span.duty or span.finish > at]
    return Day(day, spans, is_today=start <= at < finish, is_past=finish <= at)


def cut(spans: list[Span], start: datetime, finish: datetime) -> list[Span]:
    """Return what of these lies in [start, finish)."""
    touching = [span for span in spans if span.start < finish and span.finish > start]
    return [span._replace(start=max(span.start, start), finish=min(span.finish, finish)) for span in touching]
