"""Every message that a task can send, and to whom: the other side, and at its turns whoever watches."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.kinds import APP, EMAIL, Kind
from notifications.services import notify
from tasks.models import Task, TaskWatcher
from workflow.actor import Actor

MOST_LINES = 20  # of a digest
EXCERPT = 1000
BY_LETTER = frozenset({APP, EMAIL})


def written(day: date) -> str:
    return date_format(day, "d.m.Y" if get_language() == "ru" else "j M Y")


def decided(granted: bool) -> str:
    return gettext("The deadline is moved") if granted else gettext("The deadline stays")


def standing(task: Task) -> str:
    return str(task.get_status_display())


def counted(count: int) -> str:
    return ngettext("%(count)s task is overdue", "%(count)s tasks are overdue", count) % {"count": count}


def listed(tasks: list[Task]) -> str:
    lines = [f"{task}, {gettext('due %(day)s') % {'day': written(task.deadline)}}" for task in tasks[:MOST_LINES]]
    more = len(tasks) - len(lines)
    return "\n".join([*lines, gettext("and %(count)s more") % {"count": more}] if more else lines)


# Words that are chosen when they are read, in the language of whom they are told.
day_of = lazy(written, str)
decision_of = lazy(decided, str)
status_of = lazy(standing, str)
count_of = lazy(counted, str)
lines_of = lazy(listed, str)
EXAMPLE = {
    "task": "TSK-214 Заменить сертификат шлюза",
    "deadline": "24.07.2026",
    "said": "Илья Орлов",
    "asked": "28.07.2026",
    "decision": decision_of(True),
    "status": pgettext_lazy("task", "accepted"),
    "count": count_of(2),
    "lines": "TSK-214 Заменить сертификат шлюза, срок 24.07.2026",
}


def kind(name: str, label: Any, title: Any, body: Any = "%(said)s", **options: Any) -> Kind:
    return Kind(f"task.{name}", label, title, body=body, example=EXAMPLE, **options)


SET = kind(
    "set", _("Task set to me"), _("Task for you: %(task)s"), _("Due %(deadline)s. %(said)s"), channels=BY_LETTER,
)  # fmt: skip
DONE = kind("done", _("Work I ordered reported done"), _("To accept: %(task)s"))
RETURNED = kind("returned", _("My task returned"), _("Returned: %(task)s"), _("Due %(deadline)s. %(said)s"))
ACCEPTED = kind("accepted", _("My task accepted"), _("Accepted: %(task)s"))
CANCELLED = kind("cancelled", _("My task cancelled"), _("Cancelled: %(task)s"))
WATCHED = kind("watched", _("A task I watch moved on"), "%(task)s: %(status)s")
DEADLINE_ASKED = kind(
    "deadline-asked",
    _("A later deadline asked of me"),
    _("Later deadline asked: %(task)s"),
    _("Due %(deadline)s, asked %(asked)s. %(said)s"),
)
DEADLINE_DECIDED = kind(
    "deadline-decided",
    _("My request for a later deadline decided"),
    _("%(decision)s: %(task)s"),
    _("Due %(deadline)s. %(said)s"),
)
BEFORE = kind(
    "before", _("My task is due the next working day"), _("Due soon: %(task)s"), _("Due %(deadline)s."),
    channels=BY_LETTER,
)  # fmt: skip
DUE = kind("due", _("My task is due today"), _("Due today: %(task)s"), _("Due %(deadline)s."), channels=BY_LETTER)
OVERDUE = kind("overdue", _("Overdue tasks, once a day"), "%(count)s", "%(lines)s", channels=BY_LETTER)
KINDS = [SET, DONE, RETURNED, ACCEPTED, CANCELLED, WATCHED, DEADLINE_ASKED, DEADLINE_DECIDED, BEFORE, DUE, OVERDUE]


def tell_executor(kind: Kind, task: Task, *, by: Actor, note: str = "", granted: bool = False) -> None:
    send(kind, [task.executor], task, by, note, decision=decision_of(granted))


def tell_author(kind: Kind, task: Task, *, by: Actor, asked: date | None = None, note: str = "") -> None:
    send(kind, [task.author], task, by, note, asked=day_of(asked) if asked else "")


def tell_watchers(task: Task, *, by: Actor, note: str = "") -> None:
    """Tell whoever watches where the task stands; author and executor hear of it as such, if at all."""
    watching = User.objects.filter(pk__in=TaskWatcher.objects.filter(task=task).values("user")).exclude(
        pk__in=[task.author_id, task.executor_id]
    )
    send(WATCHED, watching, task, by, note, status=status_of(task))


def send(kind: Kind, people: Iterable[User], task: Task, by: Actor, note: str, **more: Any) -> None:
    said = f"{by.label}: {note[:EXCERPT]}" if note else by.label
    context = {"task": task, "deadline": day_of(task.deadline), "said": said, **more}
    notify(people, kind=kind, subject=task, context=context, by=by)


def tell_reminder(kind: Kind, task: Task) -> None:
    notify([task.executor], kind=kind, subject=task, context={"task": task, "deadline": day_of(task.deadline)})


def tell_overdue(person: User, tasks: list[Task]) -> None:
    context = {"count": count_of(len(tasks)), "lines": lines_of(tasks)}
    notify([person], kind=OVERDUE, context=context, url=f"{reverse('tasks:list')}?tab=overdue")
