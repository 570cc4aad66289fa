from typing import Any

from django.db.models import Count as Counted

from tasks.models import Task
from tasks.models.task import lists_of, overdue
from workflow.navigation import Count


def my_tasks(user: Any) -> Count:
    """How many tasks wait for this person, to be done or accepted; hot while one of them is overdue."""
    lists = lists_of(user)
    mine = Task.objects.present().filter(lists["todo"] | lists["to-accept"])
    counts = mine.aggregate(all=Counted("pk"), late=Counted("pk", filter=overdue()))
    return Count(counts["all"], hot=counts["late"] > 0)
