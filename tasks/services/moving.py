"""The verbs that lead a task from set to accepted."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.policy import require
from tasks.models import Task
from tasks.models.task import BEING_DONE_STATUSES
from tasks.notifications import (
    ACCEPTED,
    CANCELLED,
    DEADLINE_ASKED,
    DEADLINE_DECIDED,
    DONE,
    RETURNED,
    tell_author,
    tell_executor,
    tell_watchers,
)
from workflow.actor import Actor
from workflow.models import Conflict, MoveRefused
from workflow.refusals import invalid

Status = Task.Status


def start(task: Task, *, by: Actor, note: str = "") -> None:
    """Say “I am on it”."""
    require(by.user, "task.start", task)
    if task.status == Status.DONE:
        raise MoveRefused(task, Status.IN_PROGRESS)  # that way leads only a return
    task.move(Status.IN_PROGRESS, verb="start", by=by, note=note, started_at=Now())


@transaction.atomic
def report_done(task: Task, *, by: Actor, note: str = "") -> None:
    """Hand the work in; what one promised oneself is accepted with it."""
    require(by.user, "task.done", task)
    task.move(Status.DONE, verb="done", by=by, note=note, done_at=Now(), asked_deadline=None)
    if task.is_self_set:
        task.move(Status.ACCEPTED, verb="accept", by=by, accepted_at=Now())
    else:
        tell_author(DONE, task, by=by, note=note)
    tell_watchers(task, by=by, note=note)


@transaction.atomic
def accept(task: Task, *, by: Actor, note: str = "") -> None:
    """Confirm that the promise is kept."""
    require(by.user, "task.accept", task)
    task.move(Status.ACCEPTED, verb="accept", by=by, note=note, accepted_at=Now())
    tell_executor(ACCEPTED, task, by=by, note=note)
    tell_watchers(task, by=by, note=note)


@transaction.atomic
def give_back(task: Task, *, by: Actor, note: str) -> None:
    """Return what is not done yet, for a reason; the deadline runs as if it had never been reported."""
    require(by.user, "task.return", task)
    if not note.strip():
        raise invalid("note", _("Say what is missing."), "required")
    if task.status == Status.OPEN:
        raise MoveRefused(task, Status.IN_PROGRESS, _("It is not reported done: there is nothing to return."))
    task.move(Status.IN_PROGRESS, verb="return", by=by, note=note, done_at=None, returns=F("returns") + 1)
    tell_executor(RETURNED, task, by=by, note=note)
    tell_watchers(task, by=by, note=note)


@transaction.atomic
def cancel(task: Task, *, by: Actor, note: str = "") -> None:
    """Give the promise up; a repeated one is not repeated any more."""
    require(by.user, "task.cancel", task)
    task.move(Status.CANCELLED, verb="cancel", by=by, note=note, cancelled_at=Now(), asked_deadline=None, next_on=None)
    tell_executor(CANCELLED, task, by=by, note=note)
    tell_watchers(task, by=by, note=note)


@transaction.atomic
def ask_deadline(task: Task, *, by: Actor, deadline: date, note: str = "") -> None:
    """Ask the author for more time; asking again replaces what was asked."""
    row = task.locked()
    require(by.user, "task.ask_deadline", row)
    if row.status not in BEING_DONE_STATUSES:
        raise Conflict(row, _("Only for work that is not reported done a later deadline can be asked."))
    if deadline <= row.deadline:
        raise invalid("deadline", _("Ask for a day after the present deadline."))
    if task.change(verb="ask-deadline", by=by, note=note, asked_deadline=deadline):
        tell_author(DEADLINE_ASKED, task, by=by, note=note, asked=deadline)


@transaction.atomic
def decide_deadline(task: Task, *, by: Actor, accept: bool, note: str = "") -> None:
    """Grant or refuse the later deadline that was asked."""
    row = task.locked()
    require(by.user, "task.decide_deadline", row)
    row.expect_present()
    if row.asked_deadline is None or not row.is_opened:
        raise Conflict(row, _("No later deadline is asked."))
    fields: dict[str, Any] = {"asked_deadline": None}
    if accept:
        fields["deadline"] = row.asked_deadline
    task.change(verb="grant-deadline" if accept else "refuse-deadline", by=by, note=note, **fields)
    tell_executor(DEADLINE_DECIDED, task, by=by, note=note, granted=accept)


def delete(task: Task, *, by: Actor, note: str) -> None:
    """Hide it from everybody, for a reason; an administrator can bring it back."""
    require(by.user, "task.delete", task)
    task.hide(by=by, note=note)


def undelete(task: Task, *, by: Actor, note: str = "") -> None:
    require(by.user, "task.undelete", task)
    task.unhide(by=by, note=note)
