from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suspensions.models.dictionaries import TechProcess


class GivenWarning(models.Model):
    """A warning that was given: its row is why nobody is told the same twice, whoever asks again and however often."""

    class Scope(models.TextChoices):
        YEAR = "year", _("calendar year")
        CASE = "case", _("one case")
        REPORT = "report", _("report to the regulator")

    class Stage(models.TextChoices):
        HALF = "half", _("half of it used")
        WARN = "warn", _("above the warning tier")
        FULL = "full", _("used up")
        SOON = "soon", _("due soon")
        LATE = "late", _("overdue")

    process = models.ForeignKey(TechProcess, verbose_name=_("business process"), on_delete=models.CASCADE)
    scope = models.CharField(_("scope"), max_length=8, choices=Scope)
    about = models.CharField(_("about"), max_length=60, help_text=_("The year, or the case and what was due."))
    stage = models.CharField(_("stage"), max_length=8, choices=Stage)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("warning given")
        verbose_name_plural = _("warnings given")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["process", "scope", "about", "stage"], name="warning_is_given_once"),
            models.CheckConstraint(name="warning_scope_is_known", condition=Q(scope__in=["year", "case", "report"])),
            models.CheckConstraint(
                name="warning_stage_is_known", condition=Q(stage__in=["half", "warn", "full", "soon", "late"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process}, {self.about}: {self.stage}"
