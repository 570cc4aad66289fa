"""The figures of a period, made by the database from the tickets that a query selects.

How they are counted, everywhere the same:

- Deleted tickets count nowhere, nor do duplicates that were merged into another one.
- A ticket is finished when it is resolved (closed, where nobody resolved it) or cancelled; reopened, it is open again,
  as if it had never been finished.
- created, resolved: those whose moment lies in the period [start, finish), up to now.
- backlog of a day: created before its end and not finished by then. Open: the backlog of the last moment.
- age: from creation to the last moment of the period, or now, by the calendar; of the open ones.
- response, resolution: working minutes, without what the creator was waited for; of those answered, resolved in the
  period. Mean and median.
- SLA met, %: of the promises kept in the period, in time or late, and those that fell due in it and are not kept yet.
- satisfaction: the marks of those resolved in the period.
- Technician, category and priority are those that the ticket has now.
- Nothing to divide by: undefined, None, shown as a dash.

All questions go to the database in one statement.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import NamedTuple

from suspensions import intervals
from tickets.analytics.asking import NEVER, SPLITS, Asked
from tickets.analytics.sums import Group, Sum


class Day(NamedTuple):
    day: date
    created: int
    finished: int
    backlog: int


class Figures(Asked):
    """All figures of one query as of `now`."""

    @cached_property
    def groups(self) -> list[Group]:
        edge = len(Group._fields) - 1
        return [Group(*row[:edge], row[edge:]) for row in self.answers["groups"]]  # type: ignore[arg-type, call-arg]

    @cached_property
    def whole(self) -> Sum:
        return self.summed(lambda group: 0, 0).get(0) or Sum()

    def by(self, split: str) -> dict[int, Sum]:
        """Return the sums of each technician, category or priority."""
        return self.summed(lambda group: getattr(group, split), SPLITS.index(split) + 1)

    def summed(self, key: Callable[[Group], int], split: int) -> dict[int, Sum]:
        found: dict[int, Sum] = {}
        for group in self.groups:
            found.setdefault(key(group), Sum()).add(group)
        for of, key_of, what, middle in self.answers["middles"]:
            if of == split and key_of in found:
                found[key_of].medians[what] = middle / 2
        return found

    @cached_property
    def days(self) -> list[Day]:
        """Day by day, up to the last one that has begun."""
        zone = self.query.period.zone
        told = {day: (created, finished) for day, created, finished in self.answers["days"]}
        backlog, found = told.get(NEVER, (0, 0))[0], []
        for day in intervals.days(self.start, self.finish, zone):
            created, finished = told.get(day.toordinal() - date(1970, 1, 1).toordinal(), (0, 0))
            backlog += created - finished
            found.append(Day(day, created, finished, backlog))
        return found
