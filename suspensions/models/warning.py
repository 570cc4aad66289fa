from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from suspensions.models.dictionaries import TechProcess
from suspensions.models.suspension import Suspension


class GivenWarningQuerySet(models.QuerySet["GivenWarning"]):
    def standing(self) -> Self:
        """The warnings of stages that are still reached; a stage that was left is told again once it is reached."""
        return self.filter(lapsed_at=None)


class GivenWarning(models.Model):
    """A warning that was given: its row is why nobody is told the same twice, whoever asks again and however often.

    A correction or another limit may take back what was told: the warning then lapses, and is given anew when it
    comes true again. A case keeps its warnings when it moves to another process.
    """

    class Scope(models.TextChoices):
        YEAR = "year", _("calendar year")
        CASE = "case", _("one case")
        SHARE = "share", _("degradation share")
        REPORT = "report", _("report to the regulator")

    class Stage(models.TextChoices):
        HALF = "half", _("half of it used")
        WARN = "warn", _("above the warning tier")
        FULL = "full", _("used up")
        SOON = "soon", _("due soon")
        LATE = "late", _("overdue")
        OPEN = "open", _("no due time")

    process = models.ForeignKey(TechProcess, verbose_name=_("business process"), on_delete=models.CASCADE)
    scope = models.CharField(_("scope"), max_length=8, choices=Scope)
    about = models.CharField(_("about"), max_length=60, help_text=_("The year, or the case and what was due."))
    stage = models.CharField(_("stage"), max_length=8, choices=Stage)
    at = models.DateTimeField(_("at"))
    lapsed_at = models.DateTimeField(
        _("lapsed"),
        null=True,
        blank=True,
        help_text=_("When it was no longer true: corrected, or the limit was raised."),
    )

    objects = GivenWarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning given")
        verbose_name_plural = _("warnings given")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "about", "stage"],
                condition=Q(scope="year", lapsed_at=None),
                name="warning_of_a_year_is_given_once",
            ),
            models.UniqueConstraint(
                fields=["scope", "about", "stage"],
                condition=~Q(scope="year") & Q(lapsed_at=None),
                name="warning_of_a_case_is_given_once",
            ),
            models.CheckConstraint(
                name="warning_scope_is_known", condition=Q(scope__in=["year", "case", "share", "report"])
            ),
            models.CheckConstraint(
                name="warning_stage_is_known", condition=Q(stage__in=["half", "warn", "full", "soon", "late", "open"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process}, {self.about}: {self.stage}"


class Unjudged(models.Model):
    """A note that something changed of which budgets are made, until the minute's look has judged it.

    Of cases the database itself writes it, in the transaction of the change (see triggers): no door can forget it, and
    it waits for as long as no worker runs. Of limits their services do.
    """

    suspension = models.ForeignKey(
        Suspension, null=True, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    process = models.ForeignKey(TechProcess, null=True, on_delete=models.CASCADE, db_index=False, related_name="+")
    imported = models.BooleanField(_("imported"), db_default=False, help_text=_("A draft was taken into the journal."))
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("change not judged yet")
        verbose_name_plural = _("changes not judged yet")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
