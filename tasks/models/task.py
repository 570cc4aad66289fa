from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import organisation, policy
from accounts.models import User
from incidents.models import Incident
from suspensions.models import Suspension, TechProcess
from tasks.rules import check_rule
from workflow.models import RegisteredQuerySet, Stateful
from workflow.refusals import invalid
from workflow.search import words

TITLE_LIMIT = 200
DESCRIPTION_LIMIT = 5000
PERSON = ("id", "username", "first_name", "last_name")
ROW = (
    "id", "title", "description", "start", "deadline", "status", "priority", "asked_deadline", "recurrence", "next_on",
    "incident_id", "suspension_id", "started_at", "done_at", "accepted_at", "cancelled_at", "returns", "created_at",
    "updated_at", "version",
    *(f"process__{name}" for name in ("id", "code", "name")),
    *(f"author__{name}" for name in PERSON),
    *(f"executor__{name}" for name in PERSON),
)  # fmt: skip


def today(at: datetime | None = None) -> date:
    """Return the day it is for the organisation: deadlines are its days."""
    return timezone.localtime(at, organisation.current().zone).date()


def number_of(pk: int) -> str:
    """Return the number as people read it in their language."""
    return gettext("TSK-%(id)s") % {"id": pk}


class TaskQuerySet(RegisteredQuerySet["Task"]):
    def visible_to(self, user: Any) -> Self:
        """What this person may see; deleted tasks only for those who may bring them back."""
        rows = policy.visible(self, user, "task.see")
        return rows if policy.allows(user, "task.undelete") else rows.present()

    def opened(self) -> Self:
        """Neither accepted nor cancelled."""
        return self.filter(OPENED)

    def being_done(self) -> Self:
        return self.filter(BEING_DONE)

    def overdue(self, at: datetime | None = None) -> Self:
        """Past the deadline and not reported done."""
        return self.filter(overdue(at))

    def ordered_by(self, user: Any) -> Self:
        return self.filter(lists_of(user)["ordered"])

    def to_do_for(self, user: Any) -> Self:
        return self.filter(lists_of(user)["todo"])

    def to_accept_by(self, user: Any) -> Self:
        return self.filter(lists_of(user)["to-accept"])

    def awaiting_for(self, user: Any) -> Self:
        return self.filter(lists_of(user)["awaiting"])

    def by_deadline(self) -> Self:
        return self.order_by("deadline", "pk")

    def with_priority_rank(self) -> Self:
        whens = [models.When(priority=value, then=place) for place, value in enumerate(Task.Priority.values)]
        return self.annotate(priority_rank=models.Case(*whens, output_field=models.SmallIntegerField()))

    def matching(self, text: str) -> Self:
        """Whose title or description contains every word of `text`, or whose number `text` is."""
        rows = self
        for word in words(text):
            found = Q(title__mentions=word) | Q(description__mentions=word)
            number = word.removeprefix("tsk-").removeprefix("зад-").removeprefix("#")
            if number.isascii() and number.isdigit() and len(number) < 19:
                found |= Q(pk=int(number))
            rows = rows.filter(found)
        return rows

    def rows(self) -> models.QuerySet[Task, dict[str, Any]]:
        """Plain rows for lists: no model instances, one join per person."""
        return self.values(*ROW)

    def for_list(self) -> Self:
        return self.select_related("author", "executor", "process").fetch_mode(models.FETCH_RAISE)

    def for_card(self) -> Self:
        return self.select_related("author", "executor", "process", "incident", "suspension", "suspension__process")


class Task(Stateful):
    """A promise: `executor` will do something for `author` by `deadline`, and the author says whether it is done.

    `next_on` stands on the latest task of a series only: the day on which its successor is made.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "open")
        IN_PROGRESS = "in_progress", pgettext_lazy("task", "in progress")
        DONE = "done", pgettext_lazy("task", "done")
        ACCEPTED = "accepted", pgettext_lazy("task", "accepted")
        CANCELLED = "cancelled", pgettext_lazy("task", "cancelled")

    class Priority(models.TextChoices):
        LOW = "low", pgettext_lazy("priority", "low")
        MEDIUM = "medium", pgettext_lazy("priority", "medium")
        HIGH = "high", pgettext_lazy("priority", "high")
        CRITICAL = "critical", pgettext_lazy("priority", "critical")

    MOVES: ClassVar[dict[str, set[str]]] = {
        Status.OPEN: {Status.IN_PROGRESS, Status.CANCELLED},
        Status.IN_PROGRESS: {Status.DONE, Status.CANCELLED},
        Status.DONE: {Status.ACCEPTED, Status.IN_PROGRESS, Status.CANCELLED},
        Status.ACCEPTED: set(),
        Status.CANCELLED: set(),
    }

    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    description = models.TextField(_("description"), blank=True, validators=[MaxLengthValidator(DESCRIPTION_LIMIT)])
    start = models.DateField(_("start"))
    deadline = models.DateField(_("deadline"))
    process = models.ForeignKey(
        TechProcess,
        verbose_name=_("business process"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="ordered_tasks",
        editable=False,
    )
    executor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("executor"), on_delete=models.PROTECT, related_name="received_tasks"
    )
    priority = models.CharField(_("priority"), max_length=10, choices=Priority, default=Priority.MEDIUM)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN, editable=False)
    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    suspension = models.ForeignKey(
        Suspension,
        verbose_name=_("downtime case"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    asked_deadline = models.DateField(_("asked deadline"), null=True, editable=False)
    recurrence = models.CharField(
        _("recurrence"),
        max_length=200,
        blank=True,
        validators=[check_rule],
        help_text=_("A rule of RFC 5545, for example FREQ=WEEKLY;BYDAY=MO."),
    )
    series = models.ForeignKey("self", null=True, editable=False, on_delete=models.PROTECT, related_name="occurrences")
    next_on = models.DateField(_("next occurrence"), null=True, editable=False)
    returns = models.PositiveIntegerField(_("returns"), default=0, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    done_at = models.DateTimeField(_("reported done"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["deadline", "pk"]
        indexes = [
            models.Index(fields=["deadline", "id"], name="task_by_deadline"),
            models.Index(fields=["author", "status", "deadline"], name="task_of_author"),
            models.Index(fields=["executor", "status", "deadline"], name="task_of_executor"),
            models.Index(fields=["status", "deadline"], name="task_by_status"),
            models.Index(fields=["next_on"], name="task_next", condition=Q(next_on__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="task_status_is_known",
                condition=Q(status__in=["open", "in_progress", "done", "accepted", "cancelled"]),
            ),
            models.CheckConstraint(
                name="task_priority_is_known", condition=Q(priority__in=["low", "medium", "high", "critical"])
            ),
            models.CheckConstraint(name="task_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(name="task_deadline_is_not_before_start", condition=Q(deadline__gte=F("start"))),
            models.CheckConstraint(
                name="task_done_has_a_time",
                condition=Q(status__in=["open", "in_progress"], done_at__isnull=True)
                | Q(status__in=["done", "accepted"], done_at__isnull=False)
                | Q(status="cancelled"),
            ),
            models.UniqueConstraint(
                fields=["series", "start"], name="task_occurs_once", condition=Q(series__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return number_of(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("tasks:detail", args=[self.pk])

    def clean(self) -> None:
        if self.start and self.deadline and self.deadline < self.start:
            raise invalid("deadline", gettext("The deadline is before the start."))

    @property
    def is_opened(self) -> bool:
        return self.status in OPENED_STATUSES

    @property
    def is_self_set(self) -> bool:
        return self.author_id == self.executor_id

    @property
    def is_overdue(self) -> bool:
        return self.status in BEING_DONE_STATUSES and self.deadline < today()

    def possible_verbs(self) -> set[str]:
        """The verbs that the status allows now, whoever asks."""
        if self.deleted_at is not None:
            return {"undelete"}
        verbs = {"comment", "attach", "watch", "delete"} | POSSIBLE[self.status]
        return verbs | {"decide_deadline"} if self.asked_deadline and self.is_opened else verbs

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        watched = apps.get_model("tasks", "TaskWatcher").objects.filter(user=user).values_list("task", flat=True)
        return {"own": {"author_id": user.pk}, "mine": {"executor_id": user.pk}, "watched": {"pk__among": watched}}


BEING_DONE_STATUSES = {Task.Status.OPEN, Task.Status.IN_PROGRESS}
OPENED_STATUSES = {*BEING_DONE_STATUSES, Task.Status.DONE}
OPENED = Q(status__in=sorted(OPENED_STATUSES))
BEING_DONE = Q(status__in=sorted(BEING_DONE_STATUSES))
DONE = Q(status=Task.Status.DONE)

# The verbs that lead along MOVES, and those that only make sense until the end.
POSSIBLE: dict[str, set[str]] = {
    Task.Status.OPEN: {"start", "cancel", "edit", "ask_deadline", "check"},
    Task.Status.IN_PROGRESS: {"done", "cancel", "edit", "ask_deadline", "check"},
    Task.Status.DONE: {"accept", "return", "cancel", "edit"},
    Task.Status.ACCEPTED: set(),
    Task.Status.CANCELLED: set(),
}


def overdue(at: datetime | None = None) -> Q:
    return BEING_DONE & Q(deadline__lt=today(at))


def lists_of(user: Any) -> dict[str, Q]:
    """Return the lists of a person. An open task stands in exactly one of each side, a self-set one only in `todo`."""
    author, executor = Q(author=user), Q(executor=user)
    return {
        "todo": executor & (BEING_DONE | (DONE & author)),
        "ordered": author & ~executor & BEING_DONE,
        "to-accept": author & ~executor & DONE,
        "awaiting": executor & ~author & DONE,
    }
