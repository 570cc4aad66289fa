"""How tasks are found."""

from django.utils.translation import gettext_lazy as _

from accounts.policy import sees_all
from tasks.models import Task, TaskComment, TaskFile
from workflow.search.nouns import Noun, by_id

NOUN = Noun(
    "task",
    3,
    Task,
    _("Tasks"),
    "task",
    title="title",
    texts=("description",),
    visible=Task.objects.visible_to,
    sees_all=sees_all("task.see"),
    lookup=by_id("tsk", "зад"),
    comments=TaskComment,
    files=TaskFile,
    link="task",
)
