"""Repeated tasks: the successor is made on its day; of days that were missed only the latest counts."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tasks import rules
from tasks.models import ChecklistItem, Task, TaskWatcher
from tasks.models.task import today
from tasks.notifications import SET, tell_executor
from workflow.actor import Actor, Channel
from workflow.models import Event


def repeat(*, at: datetime | None = None) -> int:
    """Make the successors whose day has come and return how many; safe to run twice, late, or at once."""
    day = today(at or timezone.now())
    due = Task.objects.present().filter(next_on__lte=day).values_list("pk", flat=True)
    by = Actor(User.objects.system(), Channel.JOB)
    return sum(follow(pk, by=by, at=at) for pk in due)


@transaction.atomic
def follow(pk: int, *, by: Actor, at: datetime | None = None) -> bool:
    """Make the successor of one task unless somebody else has; say whether this call did."""
    day = today(at or timezone.now())
    task = Task.objects.select_for_update(of=("self",)).get(pk=pk)
    if task.next_on is None or task.next_on > day or task.deleted_at is not None:
        return False
    first = task.series or task
    start = rules.latest_until(task.recurrence, first.start, day) or task.next_on
    Task.objects.filter(pk=pk).update(next_on=None)
    executor = next((person for person in (task.executor, task.author) if person.is_active), None)
    if executor is None:
        return False  # nobody is left who would do it or miss it
    made = successor(task, first=first, executor=executor)
    made.start, made.deadline = start, start + (task.deadline - task.start)
    made.next_on = rules.next_after(task.recurrence, first.start, start)
    made.save(force_insert=True)
    copy_parts(task, made)
    after = {"status": made.status, "executor": {"id": executor.pk, "name": executor.name}, "deadline": made.deadline}
    Event.record(made, by=by, verb="repeat", after=after, note=task.number)
    tell_executor(SET, made, by=by, note=made.description)
    return True


def successor(task: Task, *, first: Task, executor: User) -> Task:
    kept = ("title", "description", "process_id", "author_id", "priority", "recurrence", "incident_id", "suspension_id")
    return Task(series=first, executor=executor, **{name: getattr(task, name) for name in kept})


def copy_parts(task: Task, made: Task) -> None:
    """Take watchers and steps along, no step ticked off."""
    watching = task.watchings.values_list("user", flat=True)
    TaskWatcher.objects.bulk_create([TaskWatcher(task=made, user_id=user) for user in watching])
    ChecklistItem.objects.bulk_create([ChecklistItem(task=made, text=step.text) for step in task.checklist.all()])
