from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import policy
from suspensions.models.dictionaries import CODE, RiskSource, TechProcess
from suspensions.models.suspension import TEXT_LIMIT, Suspension
from workflow.models import Registered, RegisteredQuerySet
from workflow.search import words

HIGHEST = 5
SCORE = [MinValueValidator(1), MaxValueValidator(HIGHEST)]
BANDS = ((17, "extreme"), (10, "high"), (5, "medium"), (1, "low"))


def band(likelihood: int, impact: int) -> str:
    """Return how bad likelihood x impact is: low to 4, medium to 9, high to 16, extreme above."""
    return next(name for least, name in BANDS if likelihood * impact >= least)


class RiskQuerySet(RegisteredQuerySet["Risk"]):
    def visible_to(self, user: Any) -> Self:
        """What this person may see; deleted risks only for those who may bring them back."""
        rows = policy.visible(self, user, "risk.see")
        return rows if policy.allows(user, "risk.undelete") else rows.present()

    def matching(self, text: str) -> Self:
        rows = self
        for word in words(text):
            rows = rows.filter(Q(title__mentions=word) | Q(controls__mentions=word) | Q(code__icontains=word))
        return rows

    def to_review(self, day: date) -> Self:
        """Those whose review was due by that day and of which nobody has been reminded."""
        told = Q(reminded_of__isnull=False, reminded_of=F("next_review"))
        return self.present().exclude(status=Risk.Status.CLOSED).filter(next_review__lte=day).exclude(told)

    def with_residual(self) -> Self:
        return self.annotate(residual=F("residual_likelihood") * F("residual_impact"))

    def for_list(self) -> Self:
        related = self.select_related("owner", "risk_source").prefetch_related("processes")
        return related.fetch_mode(models.FETCH_RAISE)


class Risk(Registered):
    """What may happen to the processes, how likely and how bad, before and after what is done against it."""

    class Method(models.TextChoices):
        AVOID = "avoid", pgettext_lazy("risk", "avoid")
        REDUCE = "reduce", pgettext_lazy("risk", "reduce")
        TRANSFER = "transfer", pgettext_lazy("risk", "transfer")
        ACCEPT = "accept", pgettext_lazy("risk", "accept")
        INCREASE = "increase", pgettext_lazy("risk", "increase")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("risk", "open")
        TREATED = "treated", pgettext_lazy("risk", "being treated")
        ACCEPTED = "accepted", pgettext_lazy("risk", "accepted")
        CLOSED = "closed", pgettext_lazy("risk", "closed")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    title = models.CharField(_("title"), max_length=200)
    processes = models.ManyToManyField(
        TechProcess, verbose_name=_("business processes"), related_name="risks", blank=True
    )
    risk_source = models.ForeignKey(
        RiskSource, verbose_name=_("risk source"), on_delete=models.PROTECT, related_name="risks", null=True, blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="owned_risks",
        null=True,
        blank=True,
    )
    likelihood = models.PositiveSmallIntegerField(_("likelihood"), validators=SCORE)
    impact = models.PositiveSmallIntegerField(_("impact"), validators=SCORE)
    residual_likelihood = models.PositiveSmallIntegerField(_("residual likelihood"), validators=SCORE)
    residual_impact = models.PositiveSmallIntegerField(_("residual impact"), validators=SCORE)
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.REDUCE)
    controls = models.TextField(_("measures"), blank=True, validators=[MaxLengthValidator(TEXT_LIMIT)])
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    next_review = models.DateField(_("next review"), null=True, blank=True)
    reminded_of = models.DateField(null=True, editable=False)  # the day of review of which somebody was reminded
    suspensions = models.ManyToManyField(Suspension, verbose_name=_("downtime cases"), related_name="risks", blank=True)

    objects = RiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="risk_scores_lie_between_1_and_5",
                condition=Q(
                    likelihood__range=(1, 5),
                    impact__range=(1, 5),
                    residual_likelihood__range=(1, 5),
                    residual_impact__range=(1, 5),
                ),
            ),
            models.CheckConstraint(
                name="risk_method_is_known",
                condition=Q(method__in=["avoid", "reduce", "transfer", "accept", "increase"]),
            ),
            models.CheckConstraint(
                name="risk_status_is_known", condition=Q(status__in=["open", "treated", "accepted", "closed"])
            ),
            models.CheckConstraint(
                name="risk_deleted_has_person_and_reason",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | (Q(deleted_at__isnull=False, deleted_by__isnull=False) & ~Q(deletion_note="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("suspensions:risk", args=[self.pk])

    @property
    def inherent_score(self) -> int:
        return self.likelihood * self.impact

    @property
    def residual_score(self) -> int:
        return self.residual_likelihood * self.residual_impact

    @property
    def inherent_band(self) -> str:
        return band(self.likelihood, self.impact)

    @property
    def residual_band(self) -> str:
        return band(self.residual_likelihood, self.residual_impact)
