"""Programmes of daily assignments, the catalogue they draw on, and which assignment is due on which day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from attachments.models import Attached, File
from tasks.models.task import today
from tasks.programmes.templates import TEXT_LIMIT, check_template
from workflow.models import Registered, RegisteredQuerySet, Stateful
from workflow.refusals import invalid
from workflow.search import words

LONGEST = 366  # days
MOST_ATTEMPTS = 20


class ProgrammeQuerySet(RegisteredQuerySet["Programme"]):
    def visible_to(self, user: Any) -> Self:
        """What this person may see; deleted ones only for those who may bring them back."""
        rows = policy.visible(self, user, "programme.see")
        return rows if policy.allows(user, "programme.undelete") else rows.present()

    def preparing(self) -> Self:
        return self.present().filter(status=Programme.Status.PREPARING)

    def running(self) -> Self:
        return self.present().filter(status=Programme.Status.STARTED)

    def awaiting_reviews(self) -> Self:
        """Over, but for reports that nobody has looked at."""
        return self.present().filter(status=Programme.Status.READY_FOR_COMPLETE)

    def reviewed(self) -> Self:
        """Those whose reports still count."""
        return self.present().filter(status__in=REVIEWED_STATUSES)

    def alive(self) -> Self:
        """Neither finished nor cancelled, the running one first."""
        return self.present().filter(status__in=ALIVE_STATUSES).order_by("start", "pk")

    def on(self, day: date) -> Self:
        return self.filter(start__lte=day, finish__gte=day)

    def overlapping(self, start: date, finish: date) -> Self:
        return self.present().exclude(status=Programme.Status.CANCELLED).filter(start__lte=finish, finish__gte=start)

    def matching(self, text: str) -> Self:
        rows = self
        for word in words(text):
            rows = rows.filter(title__mentions=word)
        return rows

    def with_counts(self) -> Self:
        """`member_count` (active), `request_count` (undecided) and `review_count` (reports to look at)."""
        return self.annotate(
            member_count=counted("memberships", status="active"),
            request_count=counted("requests", status="pending", programme__status__in=ALIVE_STATUSES),
            review_count=counted("reports", status="reviewing", programme__status__in=REVIEWED_STATUSES),
        )

    def for_list(self) -> Self:
        return self.with_counts().fetch_mode(models.FETCH_RAISE)


def counted(relation: str, **conditions: Any) -> Coalesce:
    """How many rows of `relation` a programme has, by a subquery: joins would multiply them."""
    model: Any = Programme._meta.get_field(relation).related_model
    rows = model._base_manager.filter(programme=OuterRef("pk"), **conditions).order_by().values("programme")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


class Programme(Stateful):
    """Some weeks in which each member gets an assignment a day. Its days are the organisation's."""

    class Status(models.TextChoices):
        PREPARING = "preparing", pgettext_lazy("programme", "preparing")
        STARTED = "started", pgettext_lazy("programme", "started")
        READY_FOR_COMPLETE = "ready_for_complete", pgettext_lazy("programme", "awaits the last reviews")
        FINISHED = "finished", pgettext_lazy("programme", "finished")
        CANCELLED = "cancelled", pgettext_lazy("programme", "cancelled")

    MOVES: ClassVar[dict[str, set[str]]] = {
        Status.PREPARING: {Status.STARTED, Status.CANCELLED},
        Status.STARTED: {Status.READY_FOR_COMPLETE, Status.FINISHED, Status.CANCELLED},
        Status.READY_FOR_COMPLETE: {Status.FINISHED, Status.CANCELLED},
        Status.FINISHED: set(),
        Status.CANCELLED: set(),
    }

    title = models.CharField(_("title"), max_length=200)
    start = models.DateField(_("first day"))
    finish = models.DateField(_("last day"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PREPARING, editable=False)
    final_message = models.TextField(
        _("final message"),
        validators=[check_template, MaxLengthValidator(TEXT_LIMIT)],
        help_text=_("May contain {name}, {surname}, {points}, {reports}, {days} and {programme}."),
    )
    join_days = models.PositiveSmallIntegerField(
        _("days to join after the start"),
        default=3,
        validators=[MaxValueValidator(LONGEST)],
        help_text=_("So many days after the first one people may still join; the days before count as missed."),
    )
    most_missed = models.PositiveSmallIntegerField(
        _("missed days in a row"),
        default=3,
        validators=[MaxValueValidator(LONGEST)],
        help_text=_("Who misses so many days in a row is excluded; 0 excludes nobody."),
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts a day"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_ATTEMPTS)],
        help_text=_("So many photos may be sent for one day, while they are declined."),
    )
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    reviewers_told_at = models.DateTimeField(null=True, editable=False)  # that photos wait
    warned_on = models.DateField(null=True, editable=False)  # when organisers were told that it cannot start

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-start", "-pk"]
        indexes = [models.Index(fields=["-start", "-id"], name="programme_by_start")]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                name="programme_prepares_and_runs_alone",
                condition=Q(status__in=["preparing", "started"], deleted_at=None),
            ),
            models.CheckConstraint(
                name="programme_status_is_known",
                condition=Q(status__in=["preparing", "started", "ready_for_complete", "finished", "cancelled"]),
            ),
            models.CheckConstraint(name="programme_finish_is_not_before_start", condition=Q(finish__gte=F("start"))),
            models.CheckConstraint(name="programme_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(name="programme_allows_an_attempt", condition=Q(attempts__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("programmes:detail", args=[self.pk])

    def clean(self) -> None:
        if self.start and self.finish and self.finish < self.start:
            raise invalid("finish", gettext("It ends before it begins."))
        if self.start and self.finish and self.length > LONGEST:
            words_ = gettext("A programme lasts %(days)s days at most.") % {"days": LONGEST}
            raise invalid("finish", words_)

    @property
    def length(self) -> int:
        """In days, first and last included."""
        return (self.finish - self.start).days + 1

    @property
    def join_until(self) -> date:
        return self.start + min(timedelta(days=self.join_days), self.finish - self.start)

    def number_of(self, day: date) -> int:
        """Which day of the programme a date is; 1 is the first."""
        return (day - self.start).days + 1

    def date_of(self, number: int) -> date:
        return self.start + timedelta(days=number - 1)

    def is_joinable(self, at: datetime | None = None) -> bool:
        if self.deleted_at is not None:
            return False
        return self.status == self.Status.PREPARING or (
            self.status == self.Status.STARTED and today(at) <= self.join_until
        )

    @property
    def is_alive(self) -> bool:
        """Neither finished, cancelled nor deleted."""
        return self.deleted_at is None and self.status in ALIVE_STATUSES

    @property
    def is_reviewed(self) -> bool:
        """Whether its reports still count."""
        return self.deleted_at is None and self.status in REVIEWED_STATUSES

    def possible_verbs(self) -> set[str]:
        """The verbs that the status allows now, whoever asks."""
        return {"undelete"} if self.deleted_at is not None else POSSIBLE[self.status]

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}


ALIVE_STATUSES = [Programme.Status.PREPARING, Programme.Status.STARTED, Programme.Status.READY_FOR_COMPLETE]
REVIEWED_STATUSES = [Programme.Status.STARTED, Programme.Status.READY_FOR_COMPLETE]
POSSIBLE: dict[str, set[str]] = {
    Programme.Status.PREPARING: {"edit", "start", "cancel", "delete", "plan"},
    Programme.Status.STARTED: {"edit", "finish", "cancel", "plan"},
    Programme.Status.READY_FOR_COMPLETE: {"edit", "finish", "cancel"},
    Programme.Status.FINISHED: {"delete"},
    Programme.Status.CANCELLED: {"delete"},
}


class AssignmentQuerySet(RegisteredQuerySet["Assignment"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self.present(), user, "assignment.see")

    def offered(self) -> Self:
        """Those that calendars are filled from, in the order of the catalogue."""
        return self.present().filter(archived_at=None).order_by("pk")

    def archived(self) -> Self:
        return self.present().exclude(archived_at=None)

    def matching(self, text: str) -> Self:
        rows = self
        for word in words(text):
            rows = rows.filter(Q(title__mentions=word) | Q(text__mentions=word))
        return rows

    def with_uses(self) -> Self:
        """`uses`: on how many days of programmes it stands."""
        return self.annotate(uses=Count("days"))

    def for_list(self) -> Self:
        return self.with_uses().prefetch_related("files__file").fetch_mode(models.FETCH_RAISE)


class Assignment(Registered):
    """Something to do and to photograph, kept in a catalogue for all programmes."""

    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)])
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["title", "pk"]
        constraints = [models.CheckConstraint(name="assignment_has_a_title", condition=~Q(title=""))]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("programmes:assignment", args=[self.pk])

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def picture(self) -> File | None:
        """The latest one; earlier ones stay as evidence of what was handed out."""
        rows = sorted(self.files.all(), key=lambda row: row.pk)
        return rows[-1].file if rows else None

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}


class AssignmentPicture(Attached):
    SUBJECT = "assignment"

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="files")

    class Meta(Attached.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [models.UniqueConstraint(fields=["assignment", "file"], name="assignment_has_a_picture_once")]


class ProgrammeDay(models.Model):
    """Which assignment is due on which day of a programme. Days are numbered, so that a start may move."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="days")
    number = models.PositiveSmallIntegerField(_("day"))
    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.PROTECT, related_name="days"
    )

    class Meta:
        verbose_name = _("day of a programme")
        verbose_name_plural = _("days of programmes")
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="programme_day_is_planned_once"),
            models.CheckConstraint(name="programme_days_count_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.assignment}"

    @property
    def on(self) -> date:
        return self.programme.date_of(self.number)
