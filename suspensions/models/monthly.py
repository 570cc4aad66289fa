from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class MonthlyReport(models.Model):
    """That the figures of a month were told: its row is why they are told once, whoever asks and however often."""

    month = models.DateField(_("month"), unique=True, help_text=_("Its first day."))
    told_at = models.DateTimeField(_("told"), db_default=Now())

    class Meta:
        verbose_name = _("monthly report told")
        verbose_name_plural = _("monthly reports told")
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
