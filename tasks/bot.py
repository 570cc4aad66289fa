"""Tasks by Telegram: what I have to do, with a button for “done” and one for “later”."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import allows
from notifications.cards import Buttons, Card, Shown
from notifications.dispatch import Call, Command, add_command, answer_buttons, answer_replies, complete_albums
from tasks import services
from tasks.models import Task
from tasks.notifications import written

LISTED = 8  # tasks in one answer
LATER = {1: gettext_lazy("a day later"), 3: gettext_lazy("3 days later"), 7: gettext_lazy("a week later")}


def shown(task: Task) -> Shown:
    return Shown(str(task), due(task), task.get_absolute_url())


def due(task: Task) -> str:
    return _("due %(day)s") % {"day": written(task.deadline)}


def buttons(task: Task, reader: Any) -> Buttons:
    """Only the executor has any, and only while there is something to do."""
    todo = task.deleted_at is None and task.status in {Task.Status.OPEN, Task.Status.IN_PROGRESS}
    if not todo or reader is None or not allows(reader, "task.done", task):
        return []
    return [[(_("Done"), f"task:done:{task.pk}"), (_("Later"), f"task:later:{task.pk}")]]


CARD = Card(shown, buttons)


def mine(call: Call) -> None:
    """Each task in a message of its own, the most urgent first."""
    rows = Task.objects.visible_to(call.person).to_do_for(call.person).by_deadline()
    tasks = list(rows[:LISTED])
    if not tasks:
        call.answer(_("Nothing to do"))
    for task in tasks:
        call.answer(str(task), due(task), about=task, buttons=buttons(task, call.person))


def press(call: Call, verb: str, more: list[str]) -> None:
    number = more[0] if more else ""
    rows = Task.objects.visible_to(call.person)
    task = rows.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    run = PRESSES.get(verb)
    if task is None or run is None:
        call.toast = _("This button is out of date.")
        return
    run(call, task, more[1:])
    call.became(task)


def done(call: Call, task: Task, more: list[str]) -> None:
    if task.status == Task.Status.OPEN:
        services.start(task, by=call.by)
    services.report_done(task, by=call.by)
    call.toast = _("%(number)s is reported done") % {"number": task.number}


def later(call: Call, task: Task, more: list[str]) -> None:
    rows = [[(str(words), f"task:ask:{task.pk}:{days}") for days, words in LATER.items()]]
    call.answer(_("How much later may %(number)s be?") % {"number": task.number}, due(task), buttons=rows)


def ask(call: Call, task: Task, more: list[str]) -> None:
    days = int(more[0]) if more and more[0] in {str(days) for days in LATER} else min(LATER)
    services.ask_deadline(task, by=call.by, deadline=task.deadline + timedelta(days=days))
    call.toast = _("Asked: %(number)s") % {"number": task.number}


def comment(call: Call, task: Model) -> None:
    """A reply to a message about a task is a comment on it."""
    seen = seen_by(call, task)
    enclose(call, seen)
    if call.text:
        services.comment(seen, by=call.by, text=call.text)
    call.became(seen)
    call.answer(_("Added to %(incident)s") % {"incident": seen.number})


def enclose(call: Call, task: Model) -> None:
    if call.files:
        services.attach(seen_by(call, task), by=call.by, files=call.files)


def seen_by(call: Call, task: Model) -> Task:
    """Raises PermissionDenied where the sender may not see it."""
    seen = Task.objects.visible_to(call.person).filter(pk=task.pk).first() if call.person else None
    if seen is None:
        raise PermissionDenied
    return seen


PRESSES: dict[str, Callable[[Call, Task, list[str]], None]] = {"done": done, "later": later, "ask": ask}


def begin() -> None:
    """Let the bot know what tasks answer."""
    add_command(Command("tasks", gettext_lazy("what I have to do"), mine, order=20))
    answer_buttons("task", press)
    answer_replies(Task, comment)
    complete_albums(Task, enclose)
