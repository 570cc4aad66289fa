"""The lists of tasks as a page shows them: tabs, chips, order and pages over the filters that the API has too."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q, Window
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.policy import allows, grants
from tasks.filters import TaskFilter
from tasks.models import Task, TaskQuerySet
from tasks.models.task import OPENED, lists_of, overdue, today
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
HOT = {"to-accept", "overdue"}


def tabs(user: Any) -> dict[str, tuple[Any, Q]]:
    """Return the tabs: name -> words, condition."""
    lists = lists_of(user)
    return {
        "todo": (_("For me to do"), lists["todo"]),
        "ordered": (_("Ordered by me"), lists["ordered"]),
        "to-accept": (_("For me to accept"), lists["to-accept"]),
        "awaiting": (_("Waiting for acceptance"), lists["awaiting"]),
        "overdue": (_("Overdue"), overdue()),
        "opened": (_("All open"), OPENED),
        "all": (_("All"), Q()),
    }


@dataclass
class Chosen:
    """What the reader asked for: the tab, the filters as they were understood, and the rows."""

    tab: str
    filterset: TaskFilter
    rows: TaskQuerySet


def chosen(request: HttpRequest) -> Chosen:
    """Return the rows of tab and filters; a filter that means nothing finds nothing and is shown as such."""
    conditions = tabs(request.user)
    usual = "opened" if "all" in grants(request.user, "task.see") and not does_tasks(request.user) else "todo"
    tab = request.GET.get("tab", usual)
    tab = tab if tab in conditions else usual
    rows = Task.objects.visible_to(request.user).present()
    filterset = TaskFilter(request.GET, queryset=rows.filter(conditions[tab][1]).by_deadline(), request=request)
    return Chosen(tab, filterset, filterset.qs if filterset.is_valid() else rows.none())


def does_tasks(user: Any) -> bool:
    return allows(user, "task.done")


def context(request: HttpRequest) -> dict[str, Any]:
    asked = chosen(request)
    return {
        "section": "tasks",
        "tabs": counted_tabs(request.user, asked.tab),
        "tab": asked.tab,
        "filter": asked.filterset,
        "page": page_of(asked.rows.for_list(), request),
        "priorities": Task.Priority.choices[::-1],
        "statuses": Task.Status.choices,
        "is_filtered": any(request.GET.get(name) for name in asked.filterset.filters if name != "ordering"),
        "may_create": allows(request.user, "task.create"),
        "may_hand_over": allows(request.user, "task.hand_over"),
        "orders": [("", _("the nearest deadline first")), ("-priority", _("the most important first"))],
    }


def counted_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Count the tabs of open tasks in one query; all there ever were is not worth the cost."""
    conditions = tabs(user)
    counted = {name: condition for name, (_words, condition) in conditions.items() if name != "all"}
    open_tasks = Task.objects.visible_to(user).present().opened()
    counts = open_tasks.aggregate(
        **{name.replace("-", "_"): Count("pk", filter=condition) for name, condition in counted.items()}
    )
    return [
        {
            "name": name,
            "label": words,
            "count": counts.get(name.replace("-", "_")),
            "hot": name in HOT,
            "current": name == current,
        }
        for name, (words, _condition) in conditions.items()
    ]


def page_of(rows: Any, request: HttpRequest) -> Page:
    return BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def sorts_of(user: Any) -> dict[str, Q]:
    """Return what of a person's tasks cannot wait."""
    lists, day = lists_of(user), today()
    return {
        "late": lists["todo"] & Q(deadline__lt=day),
        "due": lists["todo"] & Q(deadline=day),
        "to_accept": lists["to-accept"],
    }


def pressing(user: Any) -> TaskQuerySet:
    """Return what waits for this person now; each row also knows how many there are of each sort, beyond any slice."""
    sorts = sorts_of(user)
    rows = Task.objects.present().filter(sorts["late"] | sorts["due"] | sorts["to_accept"])
    counts = {f"{name}_count": Window(Count("pk", filter=condition)) for name, condition in sorts.items()}
    return rows.annotate(**counts).by_deadline().for_list()
