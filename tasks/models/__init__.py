"""Promises with deadlines, and what belongs to them."""

from tasks.models.parts import ChecklistItem, Reminder, TaskComment, TaskFile, TaskWatcher
from tasks.models.task import DESCRIPTION_LIMIT, PERSON, ROW, TITLE_LIMIT, Task, TaskQuerySet

__all__ = [
    "DESCRIPTION_LIMIT",
    "PERSON",
    "ROW",
    "TITLE_LIMIT",
    "ChecklistItem",
    "Reminder",
    "Task",
    "TaskComment",
    "TaskFile",
    "TaskQuerySet",
    "TaskWatcher",
]
