"""What one reader may know of who delivered what in a period."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from accounts import organisation
from accounts.models import User
from accounts.policy import grants
from tasks.analytics.figures import Figures, Promise, gathered, promises
from tasks.models import Task
from tasks.models.task import today

RECEIVED, ISSUED = "received", "issued"
DEFAULT_MONTHS = 6


class Line(NamedTuple):
    """The figures of one person, department or month."""

    key: Any
    figures: Figures


class Reading:
    """The figures of a period [start, finish] of days, for those tasks that people received or issued.

    Who may not see the record of others reads their own alone.
    """

    def __init__(self, user: User, *, start: date, finish: date, role: str = RECEIVED, person: User | None = None):
        self.user, self.start, self.finish, self.role, self.person = user, start, finish, role, person

    @property
    def sees_all(self) -> bool:
        return sees_all(self.user)

    @cached_property
    def found(self) -> list[Promise]:
        field = "executor" if self.role == RECEIVED else "author"
        tasks = Task.objects.present().filter(deadline__gte=self.start, deadline__lte=self.finish)
        whose = self.person if self.sees_all else self.user
        tasks = tasks.filter(**{field: whose}) if whose else tasks
        return promises(tasks, today=today(), zone=organisation.current().zone)

    def whose(self, promise: Promise) -> int:
        return promise.executor if self.role == RECEIVED else promise.author

    @cached_property
    def total(self) -> Figures:
        return gathered(self.found, lambda one: True).get(True, Figures())

    @cached_property
    def people(self) -> list[Line]:
        """By name."""
        groups = gathered(self.found, self.whose)
        people = User.objects.filter(pk__in=groups).order_by("last_name", "first_name", "username")
        return [Line(person, groups[person.pk]) for person in people]

    @cached_property
    def departments(self) -> list[Line]:
        """By name; people without a department stand under an empty one."""
        department = {line.key.pk: line.key.department for line in self.people}
        groups = gathered(self.found, lambda one: department[self.whose(one)])
        return [Line(name, groups[name]) for name in sorted(groups)]

    @cached_property
    def trend(self) -> list[Line]:
        """Month by month, months without a task too."""
        groups = gathered(self.found, lambda one: one.deadline.replace(day=1))
        return [Line(month, groups.get(month, Figures())) for month in months(self.start, self.finish)]


def sees_all(user: Any) -> bool:
    return "all" in grants(user, "task_record.see")


def months(start: date, finish: date) -> list[date]:
    found, month = [], start.replace(day=1)
    while month <= finish:
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def usual_period() -> tuple[date, date]:
    """Return the last months with this one, whole."""
    day = today()
    month = day.replace(day=1)
    finish = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    for _month in range(DEFAULT_MONTHS - 1):
        month = (month - timedelta(days=1)).replace(day=1)
    return month, finish
