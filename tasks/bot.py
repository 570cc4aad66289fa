"""Tasks by Telegram: what I have to do, with a button for “done” and one for “later”; the author answers by buttons."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.policy import allows, require
from notifications.cards import Buttons, Card, Shown
from notifications.dispatch import (
    Call,
    Command,
    add_command,
    answer_buttons,
    answer_replies,
    complete_albums,
    on_question,
)
from notifications.dispatch import ask as ask_for
from tasks import services
from tasks.models import Task
from tasks.models.task import BEING_DONE_STATUSES
from tasks.notifications import written

LISTED = 8  # tasks in one answer
LATER = {1: gettext_lazy("a day later"), 3: gettext_lazy("3 days later"), 7: gettext_lazy("a week later")}


def shown(task: Task) -> Shown:
    return Shown(str(task), due(task), task.get_absolute_url())


def due(task: Task) -> str:
    return _("due %(day)s") % {"day": written(task.deadline)}


def buttons(task: Task, reader: Any) -> Buttons:
    """Return what the executor, and what the author may press now; in a group nobody may."""
    if reader is None or task.deleted_at is not None:
        return []
    return [row for row in (of_executor(task, reader), of_author(task, reader), of_decision(task, reader)) if row]


def of_executor(task: Task, reader: Any) -> list[tuple[str, str]]:
    """Done or later, while there is something to do."""
    if task.status not in BEING_DONE_STATUSES or not allows(reader, "task.done", task):
        return []
    return [(_("Done"), f"task:done:{task.pk}"), (_("Later"), f"task:later:{task.pk}")]


def of_author(task: Task, reader: Any) -> list[tuple[str, str]]:
    """Accept or return what is reported done."""
    if task.status != Task.Status.DONE or not is_author(reader, task):
        return []
    return [(_("Accept"), f"task:accept:{task.pk}"), (pgettext("verb", "Return"), f"task:return:{task.pk}")]


def of_decision(task: Task, reader: Any) -> list[tuple[str, str]]:
    """Grant or refuse the later deadline; the button carries its day, for another one may be asked meanwhile."""
    if task.asked_deadline is None or not task.is_opened or not is_author(reader, task):
        return []
    day = written(task.asked_deadline)
    return [
        (_("Move to %(day)s") % {"day": day}, f"task:grant:{task.pk}:{task.asked_deadline:%Y%m%d}"),
        (_("Leave the deadline"), f"task:refuse:{task.pk}:{task.asked_deadline:%Y%m%d}"),
    ]


def is_author(reader: Any, task: Task) -> bool:
    """Say whether the reader ordered it; whoever else may accept it does so on the page."""
    return reader.pk == task.author_id and allows(reader, "task.accept", task)


def is_offered(task: Task, reader: Any, data: str) -> bool:
    return any(data == offered for row in buttons(task, reader) for _words, offered in row)


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
    row = task.locked()
    if verb in OFFERED and not is_offered(row, call.person, call.data):
        require(call.person, OFFERED[verb], row)
        now = {"number": row.number, "standing": row.get_status_display()}
        call.toast = _("%(number)s: %(standing)s. This button is out of date.") % now
        return
    run(call, row, more[1:])
    call.became(row)


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


def accept(call: Call, task: Task, more: list[str]) -> None:
    services.accept(task, by=call.by)
    call.toast = _("%(number)s is accepted.") % {"number": task.number}


def give_back(call: Call, task: Task, more: list[str]) -> None:
    """Ask what is missing first; who answers later than that comments."""
    ask_for(call, "task-return", task=task.pk)
    title = _("What is missing in %(number)s?") % {"number": task.number}
    call.answer(title, _("Write it: the task goes back with your words."), about=task, buttons=[])


def answer_give_back(call: Call, data: Mapping[str, Any]) -> None:
    task = seen_by(call, Task(pk=data["task"]))
    services.give_back(task, by=call.by, note=call.text or _("Photo or document"))
    if call.files:
        services.attach(task, by=call.by, files=call.files)
    call.became(task)
    call.answer(_("%(number)s is returned.") % {"number": task.number})


def grant(call: Call, task: Task, more: list[str]) -> None:
    services.decide_deadline(task, by=call.by, accept=True)
    call.toast = f"{task.number}: {due(task)}"


def refuse(call: Call, task: Task, more: list[str]) -> None:
    services.decide_deadline(task, by=call.by, accept=False)
    call.toast = f"{task.number}: {due(task)}"


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


PRESSES: dict[str, Callable[[Call, Task, list[str]], None]] = {
    "done": done,
    "later": later,
    "ask": ask,
    "accept": accept,
    "return": give_back,
    "grant": grant,
    "refuse": refuse,
}
# What only the author may press, and only while the card offers just that: the right that it needs.
OFFERED = {
    "accept": "task.accept",
    "return": "task.return",
    "grant": "task.decide_deadline",
    "refuse": "task.decide_deadline",
}


def begin() -> None:
    """Let the bot know what tasks answer."""
    add_command(Command("tasks", gettext_lazy("what I have to do"), mine, order=20))
    answer_buttons("task", press)
    on_question("task-return", answer_give_back)
    answer_replies(Task, comment)
    complete_albums(Task, enclose)
