"""The arithmetic of reports. Excused days count nowhere: nothing was handed out, or nobody could answer any more.

The share is that of approved reports among those that are decided; what waits or is in review is neither.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import fmean
from typing import Any, NamedTuple

from django.db.models import Min

from tasks.models import Programme, Report

Status = Report.Status
NAMES = ("days", "sent", "waiting", "reviewing", "approved", "declined", "skipped", "not_participate", "excused")
COUNTED = ("membership_id", "day_id", "day__assignment_id", "status", "excused", "attempts", "handed_at", "first")


class Answer(NamedTuple):
    """What counts of one report: `taken` is how long its first photo was in coming, None while there is none."""

    membership: int
    day: int
    assignment: int
    status: str
    excused: bool
    sent: bool
    taken: timedelta | None


@dataclass
class Figures:
    """What became of some reports."""

    days: int = 0
    sent: int = 0
    waiting: int = 0
    reviewing: int = 0
    approved: int = 0
    declined: int = 0
    skipped: int = 0
    not_participate: int = 0
    excused: int = 0
    minutes: list[float] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        if answer.excused:
            self.excused += 1
            return
        self.days += 1
        self.sent += answer.sent
        setattr(self, answer.status, getattr(self, answer.status) + 1)
        if answer.taken is not None:
            self.minutes.append(answer.taken.total_seconds() / 60)

    @property
    def points(self) -> int:
        return self.approved

    @property
    def share(self) -> float | None:
        """Per cent of what is decided; None where nothing is."""
        decided = self.approved + self.declined + self.skipped + self.not_participate
        return round(100 * self.approved / decided, 1) if decided else None

    @property
    def mean_minutes(self) -> float | None:
        """From the assignment to the first photo."""
        return round(fmean(self.minutes), 1) if self.minutes else None

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*NAMES, "share", "mean_minutes")}


def answers(programme: Programme) -> list[Answer]:
    """Return what counts of every report of a programme, in one query."""
    rows = Report.objects.present().filter(programme=programme).order_by().annotate(first=Min("files__sent_at"))
    return [answer(*row) for row in rows.values_list(*COUNTED)]


def answer(
    membership: int, day: int, assignment: int, status: str, excused: bool, attempts: int, handed_at: Any, first: Any
) -> Answer:
    taken = max(first - handed_at, timedelta()) if first and handed_at else None
    return Answer(membership, day, assignment, status, excused, attempts > 0, taken)


def gathered[Key](found: Iterable[Answer], key: Callable[[Answer], Key]) -> dict[Key, Figures]:
    """Return the figures of each group."""
    groups: dict[Key, Figures] = {}
    for one in found:
        groups.setdefault(key(one), Figures()).add(one)
    return groups


class DayKey(NamedTuple):
    """A day of a programme: its number, its date and what is due."""

    number: int
    on: date
    title: str
