from django.db import models
from django.utils.translation import gettext_lazy as _


class Fold(models.Model):
    """What the cases that began in a stretch of days and are over add up to; good until one of them changes."""

    basis = models.CharField(_("basis"), max_length=80, help_text=_("The format of the content and the time zone."))
    start = models.DateTimeField(_("start"))
    finish = models.DateTimeField(_("finish"))
    reaches = models.DateTimeField(_("last finish"), null=True)
    cases = models.PositiveIntegerField(_("cases"))
    content = models.BinaryField(_("content"))
    worked = models.JSONField(
        _("within the schedule"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text=_("Of each process: its working hours, and how much of its downtime lies within them."),
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("folded downtime")
        verbose_name_plural = _("folded downtime")
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["basis", "start"], name="fold_of_a_stretch_is_one")]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d}: {self.cases}"


class Touched(models.Model):
    """When a case begins or began that somebody wrote to: noted by the database itself, in the same transaction."""

    start = models.DateTimeField(_("start"), db_index=True)

    class Meta:
        verbose_name = _("change of downtime")
        verbose_name_plural = _("changes of downtime")

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}"
