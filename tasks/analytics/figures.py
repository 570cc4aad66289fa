"""The arithmetic of promises. A task belongs to the period in which its deadline lies; cancelled ones count nowhere.

Lateness is counted in days past the deadline: to the day of the report, and to today for what is still overdue.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import fmean, median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tasks.models import Task

FIELDS = ("author_id", "executor_id", "deadline", "done_at", "status")


class Promise(NamedTuple):
    """What counts of one task: `late` is None while nothing can be said yet, else days past the deadline, 0 on time."""

    author: int
    executor: int
    deadline: date
    done: bool
    late: int | None


@dataclass
class Figures:
    """What became of some promises."""

    total: int = 0
    done: int = 0
    on_time: int = 0
    overdue: int = 0
    delays: list[int] = field(default_factory=list)

    def add(self, promise: Promise) -> None:
        self.total += 1
        self.done += promise.done
        self.on_time += promise.done and promise.late == 0
        self.overdue += not promise.done and bool(promise.late)
        if promise.late:
            self.delays.append(promise.late)

    @property
    def on_time_share(self) -> float | None:
        """Per cent of what is done or overdue; None where nothing is."""
        judged = self.done + self.overdue
        return round(100 * self.on_time / judged, 1) if judged else None

    @property
    def mean_lateness(self) -> float | None:
        """Days, of what is late."""
        return round(fmean(self.delays), 1) if self.delays else None

    @property
    def median_lateness(self) -> float | None:
        return round(float(median(self.delays)), 1) if self.delays else None

    def as_dict(self) -> dict[str, Any]:
        names = ("total", "done", "on_time", "overdue", "on_time_share", "mean_lateness", "median_lateness")
        return {name: getattr(self, name) for name in names}


def promises(tasks: Any, *, today: date, zone: ZoneInfo) -> list[Promise]:
    """Return what counts of these tasks, in one query."""
    rows = tasks.exclude(status=Task.Status.CANCELLED).order_by().values_list(*FIELDS)
    return [
        promise(author, executor, deadline, done_at, today, zone)
        for author, executor, deadline, done_at, _status in rows.iterator(chunk_size=2000)
    ]


def promise(
    author: int, executor: int, deadline: date, done_at: datetime | None, today: date, zone: ZoneInfo
) -> Promise:
    day = done_at.astimezone(zone).date() if done_at else today
    late = max(0, (day - deadline).days)
    return Promise(author, executor, deadline, done_at is not None, late if done_at or late else None)


def gathered[Key](found: Iterable[Promise], key: Callable[[Promise], Key]) -> dict[Key, Figures]:
    """Return the figures of each group."""
    groups: dict[Key, Figures] = defaultdict(Figures)
    for one in found:
        groups[key(one)].add(one)
    return dict(groups)
