"""Tasks are set, changed by their author, and handed to somebody else."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import allows, require
from attachments.models import File
from tasks import rules
from tasks.models import ChecklistItem, Task, TaskWatcher
from tasks.models.task import BEING_DONE_STATUSES, OPENED_STATUSES, today
from tasks.notifications import SET, tell_executor
from tasks.services.talking import attach
from workflow.actor import Actor
from workflow.models import Conflict, Event
from workflow.refusals import invalid

MOST_STEPS = 50
UNCHECKED = ["author", "executor", "process", "incident", "suspension", "series", "deleted_by"]


@transaction.atomic
def create(
    *,
    by: Actor,
    executor: User,
    watchers: Sequence[User] = (),
    checklist: Sequence[Mapping[str, Any]] = (),
    files: Sequence[File] = (),
    **fields: Any,
) -> Task:
    """Set a task in the name of `by`; without a start it begins today."""
    require(by.user, "task.create")
    require_executor(executor)
    fields["start"] = fields.get("start") or min(today(), fields["deadline"])
    task = Task(author=by.user, executor=executor, **fields)
    task.title = task.title.strip()
    task.clean_fields(exclude=UNCHECKED)
    task.clean()
    task.next_on = next_of(task)
    task.save(force_insert=True)
    task.refresh_from_db()
    after = {"status": task.status, "executor": {"id": executor.pk, "name": executor.name}}
    Event.record(task, by=by, verb="set", after=after | {"deadline": task.deadline})
    put_watchers(task, watchers)
    put_checklist(task, checklist)
    if files:
        attach(task, by=by, files=files)
    tell_executor(SET, task, by=by, note=task.description)
    return task


@transaction.atomic
def edit(task: Task, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Change what the author promised themselves: words, dates, executor, links, watchers, steps, repetition."""
    row = task.locked()
    require(by.user, "task.edit", row)
    row.expect_version(version)
    row.expect_present()
    if row.status not in OPENED_STATUSES:
        raise Conflict(row, _("The task is over: nothing about it can be changed."))
    watchers, checklist = fields.pop("watchers", None), fields.pop("checklist", None)
    moved_to = fields.get("executor")
    if moved_to is not None and moved_to.pk != row.executor_id:
        require_executor(moved_to)
        require_unreported(row)
    expect_order(row, fields)
    changed = task.change(verb="edit", by=by, note=note, **fields)
    extra = [name for name, put, wanted in parts(watchers, checklist) if wanted is not None and put(task, wanted)]
    if extra:
        Event.record(task, by=by, verb="edit", after=dict.fromkeys(extra, True), note=note)
        task.touch()
    if changed and fields.keys() & {"recurrence", "start"}:
        Task.objects.filter(pk=task.pk).update(next_on=next_of(task))
        task.refresh_from_db()
    if moved_to is not None and moved_to.pk != row.executor_id:
        tell_executor(SET, task, by=by, note=task.description)


def parts(watchers: Any, checklist: Any) -> list[tuple[str, Any, Any]]:
    return [("watchers", put_watchers, watchers), ("checklist", put_checklist, checklist)]


@transaction.atomic
def hand_over(task: Task, *, by: Actor, to: User, note: str = "") -> None:
    """Give it to somebody else together with whatever else its executor had open."""
    row = task.locked()
    require(by.user, "task.hand_over", row)
    row.expect_present()
    if row.status not in BEING_DONE_STATUSES:
        raise Conflict(row, _("Only work that is not reported done can be handed over."))
    require_executor(to)
    if task.change(verb="hand-over-task", by=by, note=note, executor=to):
        tell_executor(SET, task, by=by, note=note)


def require_unreported(task: Task) -> None:
    if task.status == Task.Status.DONE:
        raise Conflict(task, _("It is reported done: accept or return it first."))


def require_executor(user: User) -> None:
    if not allows(user, "task.done"):
        raise invalid("executor", _("%(name)s does not take tasks.") % {"name": user.name})


def expect_order(task: Task, fields: Mapping[str, Any]) -> None:
    """Raise ValidationError where the dates would stand the wrong way round."""
    planned = Task(start=fields.get("start", task.start), deadline=fields.get("deadline", task.deadline))
    planned.clean()


def next_of(task: Task) -> Any:
    """Return the day of the successor; None without a rule or when the rule has ended."""
    first = task.series.start if task.series else task.start
    return rules.next_after(task.recurrence, first, task.start) if task.recurrence and task.is_opened else None


def put_watchers(task: Task, people: Sequence[User]) -> bool:
    """Let exactly these people watch; say whether that is a change."""
    wanted, now = {person.pk for person in people}, set(task.watchings.values_list("user", flat=True))
    task.watchings.filter(user__in=now - wanted).delete()
    TaskWatcher.objects.bulk_create([TaskWatcher(task=task, user_id=pk) for pk in sorted(wanted - now)])
    return wanted != now


def put_checklist(task: Task, steps: Sequence[Mapping[str, Any]]) -> bool:
    """Make these the steps, in this order; say whether that is a change."""
    if len(steps) > MOST_STEPS:
        words = _("A checklist has at most %(count)s steps.") % {"count": MOST_STEPS}
        raise invalid("checklist", words)
    now = list(task.checklist.values_list("text", "done"))
    ticked = dict(now)
    wanted = [(text, step.get("done", ticked.get(text, False))) for step in steps for text in [step["text"].strip()]]
    if wanted == now:
        return False
    items = [ChecklistItem(task=task, text=text, done=done) for text, done in wanted]
    for item in items:
        item.clean_fields(exclude=["task"])
    task.checklist.all().delete()
    ChecklistItem.objects.bulk_create(items)
    return True
