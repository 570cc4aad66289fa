from typing import Any

from accounts.policy import allows
from tasks.lists import sorts_of
from tasks.models import Task
from workflow.navigation import Counted


def pressing_tasks(user: Any) -> Counted | None:
    """What this person is late with, has to do today or is to accept; hot while they are late."""
    if not allows(user, "task.done"):
        return None
    sorts, tasks = sorts_of(user), Task.objects.present()
    late = sorts["late"]
    return Counted(tasks.filter(late | sorts["due"] | sorts["to_accept"]), hot=tasks.filter(late))
