from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import policy
from accounts.models import User
from suspensions import shares
from suspensions.models.dictionaries import TechProcess, check_days
from workflow.models import RegisteredQuerySet, Stateful
from workflow.refusals import invalid

NOTE_LIMIT = 1000
PER_CENT = [MinValueValidator(1), MaxValueValidator(100)]


class ProcessLimitQuerySet(RegisteredQuerySet["ProcessLimit"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self, user, "limit.see").present()

    def approved(self) -> Self:
        return self.present().filter(status=ProcessLimit.Status.APPROVED)

    def proposed(self) -> Self:
        return self.present().filter(status=ProcessLimit.Status.PROPOSED)

    def in_force(self, day: date) -> Self:
        """The approved limits that hold on that local date: at most one for each process."""
        return self.approved().filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def for_list(self) -> Self:
        return self.select_related("process", "proposed_by", "approved_by", "corrects").fetch_mode(models.FETCH_RAISE)


class ProcessLimit(Stateful):
    """How much downtime a process is allowed between two dates, by which document; empty means “no limit set”."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("limit", "proposed")
        APPROVED = "approved", pgettext_lazy("limit", "approved")
        REPLACED = "replaced", pgettext_lazy("limit", "replaced")

    MOVES: ClassVar[dict[str, set[str]]] = {
        Status.PROPOSED: {Status.APPROVED},
        Status.APPROVED: {Status.REPLACED},
        Status.REPLACED: set(),
    }

    process = models.ForeignKey(
        TechProcess, verbose_name=_("business process"), on_delete=models.PROTECT, related_name="limits"
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The last day; empty: until replaced.")
    )
    document = models.CharField(_("document"), max_length=300, help_text=_("Number and date of what approved it."))
    case_minutes = models.PositiveIntegerField(
        _("one case, minutes"), null=True, blank=True, help_text=_("Empty: no limit set.")
    )
    year_minutes = models.PositiveIntegerField(
        _("calendar year, minutes"), null=True, blank=True, help_text=_("Empty: no limit set.")
    )
    degradation_share = models.DecimalField(
        _("allowed degradation share"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("From 0 to 1. Time counts only while the degradation exceeds it; empty: all of it counts."),
    )
    case_warn = models.PositiveSmallIntegerField(_("warn of one case, %"), default=80, validators=PER_CENT)
    year_warn = models.PositiveSmallIntegerField(_("warn of the year, %"), default=80, validators=PER_CENT)
    degradation_warn = models.PositiveSmallIntegerField(_("warn of degradation, %"), default=80, validators=PER_CENT)
    report_minutes = models.PositiveIntegerField(
        _("report within, minutes"),
        null=True,
        blank=True,
        help_text=_("How soon the regulator must hear of a case over its limit; empty: no due time is set by itself."),
    )
    share_reported = models.BooleanField(
        _("report beyond the share"),
        default=True,
        db_default=True,
        help_text=_("A report is proposed as soon as more is lost than the share; else only beyond the minutes."),
    )
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        on_delete=models.PROTECT,
        related_name="corrections",
        null=True,
        blank=True,
        help_text=_("The approved limit that was wrong: once this is approved, the other never held."),
    )
    correction_note = models.TextField(
        _("why it is corrected"), blank=True, validators=[MaxLengthValidator(NOTE_LIMIT)]
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)

    timeline_words: ClassVar[dict[str, Any]] = {"degradation_share": shares.allowed}

    objects = ProcessLimitQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ["process", "-valid_from", "-pk"]
        indexes = [models.Index(fields=["process", "status", "valid_from"], name="limit_in_force")]
        constraints = [
            models.CheckConstraint(
                name="limit_status_is_known", condition=Q(status__in=["proposed", "approved", "replaced"])
            ),
            models.CheckConstraint(
                name="limit_ends_after_it_begins", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="limit_share_is_a_share",
                condition=Q(degradation_share=None) | Q(degradation_share__gte=0, degradation_share__lte=1),
            ),
            models.CheckConstraint(
                name="limit_warns_before_it_is_used_up",
                condition=Q(case_warn__range=(1, 100), year_warn__range=(1, 100), degradation_warn__range=(1, 100)),
            ),
            models.CheckConstraint(
                name="limit_approved_has_time_and_person",
                condition=Q(status__in=["approved", "replaced"], approved_at__isnull=False, approved_by__isnull=False)
                | Q(status="proposed", approved_at__isnull=True, approved_by__isnull=True),
            ),
            models.CheckConstraint(
                name="limit_says_why_it_corrects", condition=Q(corrects=None) | ~Q(correction_note="")
            ),
            models.UniqueConstraint(
                fields=["process", "valid_from"],
                condition=Q(status="approved", deleted_at=None),
                name="limit_begins_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process}, {self.valid_from:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("suspensions:process", args=[self.process_id])

    def clean(self) -> None:
        check_days(valid_from=self.valid_from, valid_to=self.valid_to)
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            raise invalid("valid_to", _("The end lies before the beginning."))
        if self.corrects_id and not self.correction_note.strip():
            message = _("Say why the approved limit is wrong.")
            raise invalid("correction_note", message, "reason")

    def possible_verbs(self) -> set[str]:
        """The verbs that the status allows now, whoever asks."""
        verbs: dict[str, set[str]] = {
            self.Status.PROPOSED: {"approve", "withdraw"},
            self.Status.APPROVED: {"correct", "end"},
        }
        return verbs.get(self.status, set()) if self.deleted_at is None else set()

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {"own": {"proposed_by_id": user.pk}}
