"""Who is reminded of what, when: the truth stands in rows, so a tick may come twice, late, or at once.

A stage whose day has passed is not made up for: after days of silence each person hears once how things stand now.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts import organisation
from accounts.models import User
from accounts.working_time import WorkingTime
from tasks.models import Reminder, Task
from tasks.notifications import BEFORE, DUE, tell_overdue, tell_reminder

Stage = Reminder.Stage
LOOK_AHEAD = timedelta(days=15)  # the longest holidays are shorter
KINDS = {Stage.BEFORE: BEFORE, Stage.DUE: DUE}


def remind(*, at: datetime | None = None) -> int:
    """Send the reminders that are due at `at` and not sent yet; return how many. Working hours of each one's zone."""
    at = at or timezone.now()
    hours = working_hours()
    open_tasks = Task.objects.present().being_done().filter(deadline__lte=(at + LOOK_AHEAD).date())
    late: dict[User, list[Task]] = defaultdict(list)
    sent = 0
    for task in open_tasks.select_related("author", "executor").by_deadline():
        for person in dict.fromkeys([task.executor, task.author]):
            working = hours(zone_of(person))
            if not person.is_active or not working.is_working(at):
                continue
            stage = stage_of(task.deadline, working.local(at).date(), working)
            if stage == Stage.OVERDUE:
                late[person].append(task)
            elif stage and person == task.executor:
                sent += remind_once(task, stage)
    return sent + sum(digest_once(person, tasks, working_day(person, at)) for person, tasks in late.items())


def working_hours():
    """Return zone -> the organisation's hours as clocks on that zone's walls show them, loaded once."""
    calendar = organisation.current().calendar

    @cache
    def hours(zone: str) -> WorkingTime:
        return calendar.working_time(ZoneInfo(zone))

    return hours


def zone_of(person: User) -> str:
    return person.time_zone or organisation.current().time_zone


def working_day(person: User, at: datetime) -> date:
    return timezone.localtime(at, ZoneInfo(zone_of(person))).date()


def stage_of(deadline: date, day: date, working: WorkingTime) -> Stage | None:
    """Return which stage `day` is: the last working day before the deadline, the deadline itself, or later."""
    if day >= deadline:
        return Stage.DUE if day == deadline else Stage.OVERDUE
    between = (day + timedelta(days=ahead) for ahead in range(1, (deadline - day).days))
    return None if any(working.hours_on(other) for other in between) else Stage.BEFORE


@transaction.atomic
def remind_once(task: Task, stage: Stage) -> bool:
    """Remind the executor of one task; the row decides who of several sends."""
    _row, new = Reminder.objects.get_or_create(task=task, stage=stage, user=task.executor, on=task.deadline)
    if new:
        tell_reminder(KINDS[stage], task)
    return new


@transaction.atomic
def digest_once(person: User, tasks: Iterable[Task], day: date) -> bool:
    """Tell a person once a day all that is overdue, theirs and what others owe them."""
    _row, new = Reminder.objects.get_or_create(task=None, stage=Stage.OVERDUE, user=person, on=day)
    if new:
        tell_overdue(person, list(tasks))
    return new
