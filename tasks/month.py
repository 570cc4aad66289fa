"""A month of deadlines as a calendar on the wall has it: whole weeks from Monday to Sunday."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import batched

from tasks.models import Task

MOST = 2000  # tasks of a month that are shown
MOST_ON_A_DAY = 6
YEARS = range(1971, 2200)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """A day; of a crowded one the first tasks, and how many `more` there are."""

    day: date
    is_inside: bool  # of the month itself, not of the weeks at its edges
    tasks: list[Task]
    more: int = 0

    @property
    def following(self) -> date:
        return self.day + A_DAY


@dataclass(frozen=True)
class Month:
    """The month that begins on `day`."""

    day: date

    @property
    def first(self) -> date:
        """The Monday with which its first week begins."""
        return self.day - timedelta(days=self.day.weekday())

    @property
    def last(self) -> date:
        """The Monday after its last week."""
        return self.later + timedelta(days=-self.later.weekday() % 7)

    @property
    def earlier(self) -> date:
        """A day of the month before."""
        return self.day - A_DAY

    @property
    def later(self) -> date:
        """The first of the month after."""
        return (self.day + timedelta(days=32)).replace(day=1)

    def weeks(self, tasks: Iterable[Task]) -> list[tuple[Cell, ...]]:
        """Return the weeks with the tasks on the days of their deadlines; none where there is nothing to show."""
        due: dict[date, list[Task]] = defaultdict(list)
        for task in tasks:
            due[task.deadline].append(task)
        days = [self.first + timedelta(days=number) for number in range((self.last - self.first).days)]
        cells = [
            Cell(day, day.month == self.day.month, due[day][:MOST_ON_A_DAY], max(len(due[day]) - MOST_ON_A_DAY, 0))
            for day in days
        ]
        return list(batched(cells, 7)) if any(due.values()) else []


def read(text: str, today: date) -> Month:
    """Return the month that `text` (2026-07) names; this month for what means nothing."""
    try:
        day = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        day = today
    return Month((day if day.year in YEARS else today).replace(day=1))
