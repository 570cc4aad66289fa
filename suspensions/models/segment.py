from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from suspensions.models.suspension import SHARE, Suspension


class Segment(models.Model):
    """A part of a case in which one share of the service was lost. The segments of a case do not overlap."""

    suspension = models.ForeignKey(Suspension, on_delete=models.CASCADE, related_name="segments")
    start = models.DateTimeField(_("start"))
    finish = models.DateTimeField(_("finish"), null=True, blank=True)
    degradation = models.DecimalField(
        _("degradation"), max_digits=5, decimal_places=4, default=Decimal(1), validators=SHARE
    )

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["start", "pk"]
        indexes = [models.Index(fields=["suspension", "start"], name="segments_of_a_case")]
        constraints = [
            models.CheckConstraint(
                name="segment_ends_after_it_begins", condition=Q(finish=None) | Q(finish__gte=F("start"))
            ),
            models.CheckConstraint(
                name="segment_degradation_is_a_share", condition=Q(degradation__gte=0, degradation__lte=1)
            ),
            models.UniqueConstraint(
                fields=["suspension"], condition=Q(finish=None), name="suspension_has_one_open_segment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} {self.degradation}"
