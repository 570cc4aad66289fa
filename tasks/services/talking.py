"""What is said about a task, put on it, and ticked off."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.policy import require
from attachments import services as attachments
from attachments.models import File
from tasks.models import Task, TaskComment, TaskWatcher
from tasks.models.task import BEING_DONE_STATUSES
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid


@transaction.atomic
def comment(task: Task, *, by: Actor, text: str) -> TaskComment:
    require(by.user, "task.comment", task)
    task.expect_present()
    said = TaskComment(task=task, author=by.user, text=text.strip())
    said.clean_fields(exclude=["task", "author"])
    said.save()
    Event.record(task, by=by, verb="comment", after={"comment": said.pk}, note=said.text)
    task.touch()
    return said


@transaction.atomic
def attach(task: Task, *, by: Actor, files: Sequence[File]) -> None:
    """Put received files on the task."""
    require(by.user, "task.attach", task)
    task.expect_present()
    attachments.attach(task, files, by=by)


@transaction.atomic
def watch(task: Task, *, by: Actor) -> None:
    """Keep an eye on it. Asking twice changes nothing."""
    require(by.user, "task.watch", task)
    task.expect_present()
    _watching, new = TaskWatcher.objects.get_or_create(task=task, user=by.user)
    if new:
        Event.record(task, by=by, verb="watch-task")


@transaction.atomic
def unwatch(task: Task, *, by: Actor) -> None:
    require(by.user, "task.watch", task)
    if TaskWatcher.objects.filter(task=task, user=by.user).delete()[0]:
        Event.record(task, by=by, verb="unwatch")


@transaction.atomic
def check(task: Task, *, by: Actor, item: int, done: bool = True) -> None:
    """Tick a step off, or take the tick away."""
    row = task.locked()
    require(by.user, "task.check", row)
    row.expect_present()
    if row.status not in BEING_DONE_STATUSES:
        raise Conflict(row, _("The work is handed in: its steps stand as they are."))
    step = row.checklist.select_for_update().filter(pk=item).first()
    if step is None:
        raise invalid("item", _("The task has no such step."))
    if step.done == done:
        return
    row.checklist.filter(pk=item).update(done=done)
    Event.record(task, by=by, verb="check" if done else "uncheck", after={"step": step.text})
    task.touch()
