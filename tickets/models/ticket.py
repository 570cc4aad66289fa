from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from incidents.models import Incident
from tickets.models.category import Category
from workflow.models import RegisteredQuerySet, Stateful
from workflow.search import fold, words

TITLE_LIMIT = 200
DESCRIPTION_LIMIT = 5000
LOCATION_LIMIT = 200
MOST_WORDS, MOST_LOOKED_AT, STEM = 8, 300, 6  # of the search for duplicates: words, tickets, letters of a word
PERSON = ("id", "username", "first_name", "last_name")
PROMISES = ("due_at", "response_due_at", "response_warn_at", "resolution_due_at", "resolution_warn_at")
ROW = (
    "id", "title", "description", "location", "priority", "status", "incident_id", "merged_into_id", "satisfaction",
    "satisfaction_note", "assigned_at", "accepted_at", "started_at", "first_response_at", "waiting_since",
    "resolved_at", "closed_at", "cancelled_at", "created_at", "updated_at", "version", *PROMISES,
    *(f"category__{name}" for name in ("id", "name")),
    *(f"creator__{name}" for name in PERSON),
    *(f"assignee__{name}" for name in PERSON),
)  # fmt: skip


def rank(field: str, values: list[str]) -> models.Case:
    """Order words by their place in `values` instead of by the alphabet."""
    whens = [models.When(**{field: value}, then=place) for place, value in enumerate(values)]
    return models.Case(*whens, output_field=models.SmallIntegerField())


def number_of(pk: int) -> str:
    """Return the number as people read it in their language."""
    return gettext("TKT-%(id)s") % {"id": pk}


class TicketQuerySet(RegisteredQuerySet["Ticket"]):
    def visible_to(self, user: Any) -> Self:
        """What this person may see; deleted tickets only for those who may bring them back."""
        rows = policy.visible(self, user, "ticket.see")
        return rows if policy.allows(user, "ticket.undelete") else rows.present()

    def opened(self) -> Self:
        """Those on which something is still to be done."""
        return self.filter(status__in=OPENED)

    def unassigned(self) -> Self:
        """New ones that nobody has."""
        return self.filter(status=Ticket.Status.NEW)

    def waiting(self) -> Self:
        return self.exclude(waiting_since=None)

    def with_priority_rank(self) -> Self:
        return self.annotate(priority_rank=rank("priority", Ticket.Priority.values))

    def with_status_rank(self) -> Self:
        return self.annotate(status_rank=rank("status", Ticket.Status.values))

    def by_urgency(self) -> Self:
        """The most urgent first, of these whoever has waited longest."""
        return self.with_priority_rank().order_by("-priority_rank", "created_at", "pk")

    def by_due(self) -> Self:
        """The nearest due moment first; what nobody waits for, or what stands still, last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")

    def late(self, at: datetime | None = None) -> Self:
        """Those of which a promise is being broken."""
        return self.filter(due_at__lt=at or timezone.now())

    def like(self, ticket: Ticket) -> Self:
        """Other open ones among the newest whose title shares words of four letters or more, the likeliest first."""
        telling = sorted(set(re.findall(r"\w{4,}", fold(ticket.title))), key=lambda word: (-len(word), word))[
            :MOST_WORDS
        ]
        others = self.present().opened().exclude(pk=ticket.pk)
        if not telling:
            return others.none()
        newest = others.order_by("-pk").values("pk")[:MOST_LOOKED_AT]
        shared = [models.When(title__mentions=word[:STEM], then=1) for word in telling]
        score = sum((models.Case(one, default=0, output_field=models.IntegerField()) for one in shared), Value(0))
        rows = self.filter(pk__in=newest).annotate(shared_words=score)
        return rows.filter(shared_words__gt=0).order_by("-shared_words", "-pk")

    def warned_by(self, at: datetime) -> Self:
        """Open ones of which a promise is near its end at `at`, or past it."""
        near = Q(first_response_at=None, response_warn_at__lte=at) | Q(resolution_warn_at__lte=at)
        return self.opened().present().filter(near)

    def counted(self) -> Self:
        """Those that figures are made of: neither deleted nor merged into another one."""
        return self.present().filter(merged_into=None)

    def finished_since(self, at: datetime) -> Self:
        """Those that were not finished before `at`, open ones included."""
        return self.filter(Q(status__in=OPENED) | Q(resolved_at__gte=at) | Q(cancelled_at__gte=at))

    def breached(self, at: datetime) -> Self:
        """Those of which a promise was broken, or is being broken at `at`."""
        answered = Coalesce("first_response_at", "resolved_at", Value(at))
        return self.filter(
            Q(response_due_at__lt=answered) | Q(resolution_due_at__lt=Coalesce("resolved_at", Value(at)))
        )

    def matching(self, text: str) -> Self:
        """Whose title or description contains every word of `text`, or whose number `text` is."""
        rows = self
        for word in words(text):
            found = Q(title__mentions=word) | Q(description__mentions=word)
            number = word.removeprefix("tkt-").removeprefix("зая-").removeprefix("#")
            if number.isascii() and number.isdigit() and len(number) < 19:
                found |= Q(pk=int(number))
            rows = rows.filter(found)
        return rows

    def rows(self) -> models.QuerySet[Ticket, dict[str, Any]]:
        """Plain rows for lists: no model instances, one join per person."""
        return self.values(*ROW)

    def for_list(self) -> Self:
        return self.select_related("creator", "assignee", "category").fetch_mode(models.FETCH_RAISE)

    def for_card(self) -> Self:
        return self.select_related("creator", "assignee", "category", "incident", "merged_into")


class Ticket(Stateful):
    """What an employee asks the technicians for, from the form to the creator's word that it helped.

    `waiting_since` says that the technicians wait for the creator; the pauses before are rows of Pause.
    """

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("ticket", "new")
        ASSIGNED = "assigned", pgettext_lazy("ticket", "assigned")
        IN_PROGRESS = "in_progress", pgettext_lazy("ticket", "in progress")
        RESOLVED = "resolved", pgettext_lazy("ticket", "resolved")
        CLOSED = "closed", pgettext_lazy("ticket", "closed")
        CANCELLED = "cancelled", pgettext_lazy("ticket", "cancelled")

    class Priority(models.TextChoices):
        LOW = "low", pgettext_lazy("priority", "low")
        MEDIUM = "medium", pgettext_lazy("priority", "medium")
        HIGH = "high", pgettext_lazy("priority", "high")
        CRITICAL = "critical", pgettext_lazy("priority", "critical")

    MOVES: ClassVar[dict[str, set[str]]] = {
        Status.NEW: {Status.ASSIGNED, Status.CANCELLED},
        Status.ASSIGNED: {Status.IN_PROGRESS, Status.RESOLVED, Status.NEW, Status.CANCELLED},
        Status.IN_PROGRESS: {Status.RESOLVED, Status.ASSIGNED, Status.NEW, Status.CANCELLED},
        Status.RESOLVED: {Status.CLOSED, Status.IN_PROGRESS, Status.NEW},
        Status.CLOSED: {Status.IN_PROGRESS, Status.NEW},
        Status.CANCELLED: set(),
    }

    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    description = models.TextField(_("description"), blank=True, validators=[MaxLengthValidator(DESCRIPTION_LIMIT)])
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
    )
    location = models.CharField(_("location"), max_length=LOCATION_LIMIT, blank=True)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority, default=Priority.MEDIUM)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NEW, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("ticket", "creator"),
        on_delete=models.PROTECT,
        related_name="created_tickets",
        editable=False,
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assignee"),
        null=True,
        on_delete=models.PROTECT,
        related_name="assigned_tickets",
        editable=False,
    )
    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="duplicates",
    )
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, editable=False, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    satisfaction_note = models.TextField(blank=True, editable=False, validators=[MaxLengthValidator(DESCRIPTION_LIMIT)])
    assigned_at = models.DateTimeField(_("assigned"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    first_response_at = models.DateTimeField(_("first response"), null=True, editable=False)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    # What was promised, as `tickets.sla.keeping` reckons it: lists are ordered and filtered by it.
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    response_due_at = models.DateTimeField(_("first response due"), null=True, editable=False)
    response_warn_at = models.DateTimeField(null=True, editable=False)
    response_seconds = models.PositiveIntegerField(null=True, editable=False)  # working time until it was kept
    resolution_due_at = models.DateTimeField(_("resolution due"), null=True, editable=False)
    resolution_warn_at = models.DateTimeField(null=True, editable=False)
    resolution_seconds = models.PositiveIntegerField(null=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="ticket_newest"),
            models.Index(fields=["status", "-created_at", "-id"], name="ticket_by_status"),
            models.Index(fields=["assignee", "status", "-created_at"], name="ticket_of_assignee"),
            models.Index(fields=["creator", "-created_at"], name="ticket_of_creator"),
            models.Index(fields=["category", "-created_at"], name="ticket_of_category"),
            models.Index(fields=["due_at", "id"], name="ticket_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["resolved_at"], name="ticket_resolved", condition=Q(resolved_at__isnull=False)),
            models.Index(fields=["cancelled_at"], name="ticket_cancelled", condition=Q(cancelled_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="ticket_status_is_known",
                condition=Q(status__in=["new", "assigned", "in_progress", "resolved", "closed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="ticket_priority_is_known", condition=Q(priority__in=["low", "medium", "high", "critical"])
            ),
            models.CheckConstraint(name="ticket_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="ticket_in_work_has_an_assignee",
                condition=Q(status="new", assignee__isnull=True)
                | Q(status__in=["assigned", "in_progress", "resolved", "closed"], assignee__isnull=False)
                | Q(status="cancelled"),
            ),
            models.CheckConstraint(
                name="ticket_resolved_has_a_time",
                condition=Q(status__in=["resolved", "closed"], resolved_at__isnull=False)
                | (~Q(status__in=["resolved", "closed"]) & Q(resolved_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="ticket_closed_has_a_time",
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="ticket_waits_only_in_work",
                condition=Q(waiting_since=None) | Q(status__in=["assigned", "in_progress"]),
            ),
            models.CheckConstraint(
                name="ticket_merged_is_over",
                condition=Q(merged_into=None) | (Q(status__in=["closed", "cancelled"]) & ~Q(merged_into=F("id"))),
            ),
            models.CheckConstraint(
                name="ticket_satisfaction_is_a_mark",
                condition=Q(satisfaction=None) | Q(satisfaction__gte=1, satisfaction__lte=5),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return number_of(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("tickets:detail", args=[self.pk])

    @property
    def is_opened(self) -> bool:
        return self.status in OPENED

    @property
    def answered_at(self) -> datetime | None:
        """When the creator first heard from the desk: the solution at the latest."""
        return self.first_response_at or self.resolved_at

    @property
    def is_running(self) -> bool:
        """Whether somebody waits for the desk to resolve it."""
        return self.is_opened and self.deleted_at is None

    @property
    def is_accepted(self) -> bool:
        return self.accepted_at is not None

    def possible_verbs(self) -> set[str]:
        """The verbs that the status allows now, whoever asks."""
        if self.deleted_at is not None:
            return {"undelete"}
        if self.merged_into_id is not None:
            return {"delete"}
        verbs = {"comment", "internal", "attach", "watch", "delete"} | POSSIBLE[self.status]
        return verbs | {"accept"} if self.status == self.Status.ASSIGNED and not self.is_accepted else verbs

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        watched = apps.get_model("tickets", "TicketWatcher").objects.filter(user=user).values_list("ticket", flat=True)
        return {
            "own": {"creator_id": user.pk},
            "own_unresolved": {"creator_id": user.pk, "status__in": OPENED},
            "mine": {"assignee_id": user.pk},
            "unassigned": {"assignee_id": None},
            "watched": {"pk__among": watched},
        }


IN_WORK = [Ticket.Status.ASSIGNED, Ticket.Status.IN_PROGRESS]
OPENED = [Ticket.Status.NEW, *IN_WORK]

# The verbs that lead along MOVES, and those that only make sense until the end.
POSSIBLE: dict[str, set[str]] = {
    Ticket.Status.NEW: {"assign", "accept", "cancel", "edit", "priority", "escalate", "merge"},
    Ticket.Status.ASSIGNED: {"assign", "start", "resolve", "wait", "cancel", "edit", "priority", "escalate", "merge"},
    Ticket.Status.IN_PROGRESS: {"assign", "resolve", "wait", "cancel", "edit", "priority", "escalate", "merge"},
    Ticket.Status.RESOLVED: {"close", "reopen", "edit", "priority", "escalate", "merge", "rate"},
    Ticket.Status.CLOSED: {"reopen", "rate"},
    Ticket.Status.CANCELLED: set(),
}
