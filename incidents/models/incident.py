from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from attachments.models import Attached
from workflow.models import Comment, RegisteredQuerySet, Stateful
from workflow.search import fold, words

DESCRIPTION_LIMIT = 5000
TITLE_LIMIT = 200
PERSON = ("id", "username", "first_name", "last_name")
ROW = (
    "id", "title", "description", "status", "source", "severity", "created_at", "updated_at", "acknowledged_at",
    "resolved_at", "closed_at", "snoozed_until", "occurrences", "last_seen_at", "integration_id", "dedup_key",
    "previous_id", "version",
    *(f"reporter__{name}" for name in PERSON),
    *(f"assignee__{name}" for name in PERSON),
)  # fmt: skip


def rank(field: str, values: list[str]) -> Case:
    """Order words by their place in `values` instead of by the alphabet."""
    whens = [When(**{field: value}, then=place) for place, value in enumerate(values)]
    return Case(*whens, output_field=models.SmallIntegerField())


def number_of(pk: int) -> str:
    """Return the number as people read it in their language."""
    return gettext("INC-%(id)s") % {"id": pk}


class IncidentQuerySet(RegisteredQuerySet["Incident"]):
    def visible_to(self, user: Any) -> Self:
        """What this person may see; deleted incidents only for those who may bring them back."""
        rows = policy.visible(self, user, "incident.see")
        return rows if policy.allows(user, "incident.undelete") else rows.present()

    def active(self) -> Self:
        return self.filter(status__in=[Incident.Status.OPEN, Incident.Status.IN_PROGRESS])

    def of_signal(self, integration: Any, key: str) -> Self:
        """What one dedup key of an integration has opened; nothing for no key."""
        return self.present().filter(integration=integration, dedup_key=key) if key else self.none()

    def untaken(self) -> Self:
        return self.filter(status=Incident.Status.OPEN)

    def snooze_over(self, at: datetime) -> Self:
        return self.filter(snoozed_until__lte=at)

    def with_severity_rank(self) -> Self:
        return self.annotate(severity_rank=rank("severity", Incident.Severity.values))

    def with_status_rank(self) -> Self:
        return self.annotate(status_rank=rank("status", Incident.Status.values))

    def by_urgency(self) -> Self:
        """Not taken before taken before finished, then the most severe, then the latest change; snoozed ones last."""
        rows = self.with_severity_rank().with_status_rank().alias(snoozed=Q(snoozed_until__isnull=False))
        return rows.order_by("status_rank", "snoozed", "-severity_rank", "-updated_at", "-pk")

    def similar_to(self, text: str) -> Self:
        """Active incidents that share words of four letters or more with `text`, the most shared first."""
        telling = sorted(set(re.findall(r"\w{4,}", fold(text))), key=lambda word: (-len(word), word))[:8]
        if not telling:
            return self.none()
        shared = [When(Q(title__mentions=word) | Q(description__mentions=word), then=1) for word in telling]
        score = sum((Case(when, default=0, output_field=models.IntegerField()) for when in shared), Value(0))
        return self.active().annotate(shared_words=score).filter(shared_words__gt=0).order_by("-shared_words", "-pk")

    def rows(self) -> models.QuerySet[Incident, dict[str, Any]]:
        """Plain rows for lists: no model instances, one join per person."""
        return self.values(*ROW)

    def matching(self, text: str) -> Self:
        """Whose title or description contains every word of `text`, or whose number `text` is."""
        rows = self
        for word in words(text):
            found = Q(title__mentions=word) | Q(description__mentions=word)
            number = word.removeprefix("inc-").removeprefix("инц-").removeprefix("#")
            if number.isascii() and number.isdigit() and len(number) < 19:
                found |= Q(pk=int(number))
            rows = rows.filter(found)
        return rows

    def for_list(self) -> Self:
        return self.select_related("reporter", "assignee").fetch_mode(models.FETCH_RAISE)

    def for_card(self) -> Self:
        return self.select_related(
            "reporter",
            "assignee",
            "acknowledged_by",
            "resolved_by",
            "closed_by",
            "integration",
            "previous",
            "escalation__policy",
        )


class Incident(Stateful):
    """Something broken that somebody or something reported, until it is known to be mended."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        IN_PROGRESS = "in_progress", _("in progress")
        RESOLVED = "resolved", _("resolved")
        CLOSED = "closed", _("closed")

    class Source(models.TextChoices):
        OPERATOR = "operator", _("operator")
        MONITORING = "monitoring", _("monitoring")
        PARTNER = "partner", _("partner")

    class Severity(models.TextChoices):
        LOW = "low", _("low")
        MEDIUM = "medium", _("medium")
        HIGH = "high", _("high")
        CRITICAL = "critical", _("critical")

    MOVES: ClassVar[dict[str, set[str]]] = {
        Status.OPEN: {Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED},
        Status.IN_PROGRESS: {Status.RESOLVED, Status.OPEN},
        Status.RESOLVED: {Status.CLOSED, Status.IN_PROGRESS},
        Status.CLOSED: {Status.IN_PROGRESS},
    }

    title = models.CharField(_("title"), max_length=TITLE_LIMIT, blank=True)
    description = models.TextField(
        _("description"), validators=[MinLengthValidator(1), MaxLengthValidator(DESCRIPTION_LIMIT)]
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN, editable=False)
    source = models.CharField(_("source"), max_length=12, choices=Source, default=Source.OPERATOR)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.MEDIUM)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reporter"),
        on_delete=models.PROTECT,
        related_name="reported_incidents",
        editable=False,
        db_index=False,
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assignee"),
        on_delete=models.PROTECT,
        related_name="assigned_incidents",
        null=True,
        blank=True,
        db_index=False,
    )
    acknowledged_at = models.DateTimeField(_("taken"), null=True, editable=False)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, editable=False)
    occurrences = models.PositiveIntegerField(_("occurrences"), default=1, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), db_default=Now(), editable=False)
    integration = models.ForeignKey(
        "incidents.Integration",
        verbose_name=_("integration"),
        on_delete=models.PROTECT,
        related_name="incidents",
        null=True,
        editable=False,
        db_index=False,
    )
    dedup_key = models.CharField(_("dedup key"), max_length=255, blank=True, editable=False)
    previous = models.ForeignKey(  # what the same key had opened before
        "self",
        verbose_name=_("previous incident"),
        on_delete=models.PROTECT,
        related_name="recurrences",
        null=True,
        editable=False,
    )
    storm = models.ForeignKey(
        "incidents.Storm", on_delete=models.SET_NULL, related_name="incidents", null=True, editable=False
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-created_at", "-id"]
        # People are looked up by these and by no others: each further index is written at every change of a status.
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="incident_newest"),
            models.Index(fields=["status", "-created_at", "-id"], name="incident_by_status"),
            models.Index(fields=["assignee", "status"], name="incident_of_assignee"),
            models.Index(fields=["reporter", "-created_at"], name="incident_of_reporter"),
            models.Index(fields=["-updated_at", "-id"], name="incident_changed"),
            models.Index(fields=["snoozed_until"], name="incident_snoozed", condition=Q(snoozed_until__isnull=False)),
            models.Index(fields=["integration", "-created_at"], name="incident_of_integration"),
            models.Index(fields=["integration", "dedup_key", "-id"], name="incident_of_signal"),
        ]
        constraints = [
            models.CheckConstraint(
                name="incident_status_is_known", condition=Q(status__in=["open", "in_progress", "resolved", "closed"])
            ),
            models.CheckConstraint(
                name="incident_source_is_known", condition=Q(source__in=["operator", "monitoring", "partner"])
            ),
            models.CheckConstraint(
                name="incident_severity_is_known", condition=Q(severity__in=["low", "medium", "high", "critical"])
            ),
            models.CheckConstraint(name="incident_has_a_description", condition=~Q(description="")),
            models.CheckConstraint(
                name="incident_resolved_has_time_and_person",
                condition=~Q(status="resolved") | Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_closed_has_time_and_person",
                condition=Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True, closed_by__isnull=True)),
            ),
            models.CheckConstraint(
                name="incident_unfinished_has_no_resolution",
                condition=Q(status__in=["resolved", "closed"]) | Q(resolved_at__isnull=True, resolved_by__isnull=True),
            ),
            models.CheckConstraint(
                name="incident_taken_has_an_assignee",
                condition=~Q(status="in_progress") | Q(assignee__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_deleted_has_person_and_reason",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | (Q(deleted_at__isnull=False, deleted_by__isnull=False) & ~Q(deletion_note="")),
            ),
            models.UniqueConstraint(
                fields=["integration", "dedup_key"],
                name="incident_one_active_of_a_signal",
                condition=Q(status__in=["open", "in_progress"], deleted_at=None) & ~Q(dedup_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return number_of(self.pk)

    @property
    def details(self) -> str:
        """The description without its first line where that is the title; all of it where nothing would be left."""
        first, _newline, rest = self.description.strip().partition("\n")
        return rest.strip() if first.strip() == self.title and rest.strip() else self.description

    @property
    def is_active(self) -> bool:
        return self.status in {self.Status.OPEN, self.Status.IN_PROGRESS}

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.pk])

    @property
    def is_snoozed(self) -> bool:
        return self.snoozed_until is not None

    def possible_verbs(self) -> set[str]:
        """The verbs that the status allows now, whoever asks."""
        if self.deleted_at is not None:
            return {"undelete"}
        return {"comment", "attach", "watch", "delete", "edit", "severity"} | POSSIBLE[self.status]

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        unclosed = {"status__in": [cls.Status.OPEN, cls.Status.IN_PROGRESS, cls.Status.RESOLVED]}
        return {
            "own": {"reporter_id": user.pk},
            "own_open": {"reporter_id": user.pk, "status": cls.Status.OPEN},
            "own_unclosed": {"reporter_id": user.pk, **unclosed},
            "unclosed": unclosed,
        }


# The verbs that lead along MOVES, and those that only make sense while somebody works.
POSSIBLE: dict[str, set[str]] = {
    Incident.Status.OPEN: {"take", "resolve", "close", "assign", "snooze"},
    Incident.Status.IN_PROGRESS: {"release", "resolve", "assign", "snooze"},
    Incident.Status.RESOLVED: {"close", "reopen"},
    Incident.Status.CLOSED: {"reopen"},
}


class IncidentComment(Comment):
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="comments")

    class Meta(Comment.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["incident", "created_at"], name="incident_comments")]


class IncidentFile(Attached):
    SUBJECT = "incident"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="files")

    class Meta(Attached.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.UniqueConstraint(fields=["incident", "file"], name="incident_has_a_file_once")]


class IncidentWatcher(models.Model):
    """A person who said “me too” and is told what happens."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="watchings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [models.UniqueConstraint(fields=["incident", "user"], name="incident_watched_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.incident_id}"
