"""What members report: one row for each of them and each day, and every photo that came for it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import policy
from accounts.models import User
from attachments.models import Attached, AttachedQuerySet, File
from tasks.models.membership import Member, Membership
from tasks.models.programme import REVIEWED_STATUSES, Assignment, Programme, ProgrammeDay
from workflow.models import RegisteredQuerySet, Stateful
from workflow.search import words


class ReportQuerySet(RegisteredQuerySet["Report"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self.present(), user, "report.see")

    def waiting(self) -> Self:
        """Those whose members have not answered yet."""
        return self.filter(status=Report.Status.WAITING)

    def to_review(self) -> Self:
        """The queue of reviewers, oldest first; what was sent in a programme that is over leads nowhere."""
        rows = self.present().filter(programme__deleted_at=None, programme__status__in=REVIEWED_STATUSES)
        return rows.filter(status=Report.Status.REVIEWING).order_by("sent_at", "pk")

    def of(self, user: User) -> Self:
        """Those of the members who are this person."""
        return self.filter(membership__member__in=Member.objects.present().of(user))

    def on(self, day: date) -> Self:
        return self.filter(on=day)

    def suspicious(self) -> Self:
        """With a photo that looks like another one of the programme."""
        return self.filter(pk__in=ReportPhoto.objects.exclude(near=None).values("report"))

    def matching(self, text: str) -> Self:
        return self.filter(membership__member__in=Member.objects.matching(text)) if words(text) else self

    def for_list(self) -> Self:
        photos = ReportPhoto.objects.select_related(
            "file", "near__file", "near__report__membership__member", "near__report__programme"
        ).order_by("pk")
        rows = self.select_related(
            "programme", "membership__member", "membership__programme", "day__assignment", "reviewed_by"
        )
        return rows.prefetch_related(Prefetch("files", photos)).fetch_mode(models.FETCH_RAISE)


class Report(Stateful):
    """What became of one assignment with one member. The row is made when the assignment is handed out."""

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("report", "waiting")
        REVIEWING = "reviewing", pgettext_lazy("report", "in review")
        APPROVED = "approved", pgettext_lazy("report", "approved")
        DECLINED = "declined", pgettext_lazy("report", "declined")
        SKIPPED = "skipped", pgettext_lazy("report", "skipped")
        NOT_PARTICIPATE = "not_participate", pgettext_lazy("report", "did not take part")

    MOVES: ClassVar[dict[str, set[str]]] = {
        Status.WAITING: {Status.REVIEWING, Status.SKIPPED, Status.NOT_PARTICIPATE},
        Status.REVIEWING: {Status.APPROVED, Status.DECLINED},
        Status.APPROVED: set(),
        Status.DECLINED: {Status.REVIEWING},
        Status.SKIPPED: set(),
        Status.NOT_PARTICIPATE: set(),
    }

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="reports", editable=False
    )
    membership = models.ForeignKey(
        Membership, verbose_name=_("member"), on_delete=models.PROTECT, related_name="reports", editable=False
    )
    day = models.ForeignKey(
        ProgrammeDay, verbose_name=_("day"), on_delete=models.PROTECT, related_name="reports", editable=False
    )
    on = models.DateField(_("date"), editable=False)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.WAITING, editable=False)
    excused = models.BooleanField(default=False, editable=False)  # nothing was handed out: missing it leads nowhere
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    handed_at = models.DateTimeField(_("handed out"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)  # why it was declined last

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-on", "-pk"]
        indexes = [
            models.Index(fields=["programme", "status"], name="report_by_status"),
            models.Index(fields=["sent_at"], name="report_to_review", condition=Q(status="reviewing")),
            models.Index(fields=["on"], name="report_waiting", condition=Q(status="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["membership", "day"], name="report_is_one_a_day"),
            models.CheckConstraint(
                name="report_status_is_known",
                condition=Q(status__in=["waiting", "reviewing", "approved", "declined", "skipped", "not_participate"]),
            ),
            models.CheckConstraint(
                name="report_decided_has_a_reviewer",
                condition=~Q(status__in=["approved", "declined"]) | Q(reviewed_by__isnull=False),
            ),
            models.CheckConstraint(name="report_declined_says_why", condition=~Q(status="declined", reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.membership.member}, {self.on:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("programmes:report", args=[self.pk])

    @property
    def member(self) -> Member:
        return self.membership.member

    @property
    def assignment(self) -> Assignment:
        return self.day.assignment

    @property
    def photo(self) -> ReportPhoto | None:
        """The latest one, which is what reviewers judge."""
        rows = sorted(self.files.all(), key=lambda row: row.pk)
        return rows[-1] if rows else None

    @property
    def attempts_left(self) -> int:
        return max(self.programme.attempts - self.attempts, 0)

    def possible_verbs(self) -> set[str]:
        is_open = self.status == self.Status.REVIEWING and self.programme.is_reviewed
        return {"approve", "decline"} if is_open else set()

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}


class ReportPhotoQuerySet(AttachedQuerySet["ReportPhoto"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the reports that this person may see, and their own."""
        own = Report.objects.present().of(user)
        return self.filter(Q(report__in=Report.objects.visible_to(user)) | Q(report__in=own))


class ReportPhoto(Attached):
    """One photo that was sent for a report. `look` is its 64-bit difference hash, `near` an earlier one like it."""

    SUBJECT = "report"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="photos")
    sha256 = models.CharField("SHA-256", max_length=64)
    look = models.BigIntegerField()
    near = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    distance = models.PositiveSmallIntegerField(_("difference"), null=True)  # bits of `look` that differ from `near`
    sent_at = models.DateTimeField(_("sent"), db_default=Now())

    objects = ReportPhotoQuerySet.as_manager()

    class Meta(Attached.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.UniqueConstraint(fields=["programme", "sha256"], name="report_photo_is_new_to_its_programme"),
            models.CheckConstraint(
                name="report_photo_near_has_a_distance", condition=Q(near__isnull=True) | Q(distance__isnull=False)
            ),
        ]

    @property
    def picture(self) -> File:
        return self.file
