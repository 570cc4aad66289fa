from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models.integration import Integration

CALM = timedelta(minutes=2)  # without a new key for so long, a storm is over
ENOUGH = 5  # different keys within CALM make a storm
ACTIVE = Q(incidents__status__in=["open", "in_progress"], incidents__deleted_at=None)


class StormQuerySet(models.QuerySet["Storm"]):
    def raging(self, at: datetime) -> Self:
        return self.filter(last_at__gt=at - CALM)

    def with_active(self) -> Self:
        """Those that have left something to do, each with how much and how bad."""
        at = Q(incidents__severity__in=["high", "critical"])
        counted = self.annotate(
            active=Count("incidents", filter=ACTIVE),
            open=Count("incidents", filter=ACTIVE & Q(incidents__status="open")),
            urgent=Count("incidents", filter=ACTIVE & at),
            total=Count("incidents"),
        )
        return counted.filter(active__gt=1).select_related("integration").order_by("-last_at")


class Storm(models.Model):
    """Many signals of one integration within minutes: told once and shown as one."""

    class Told(models.TextChoices):
        NOBODY = "nobody", "nobody"
        CALMLY = "calmly", "calmly"
        URGENTLY = "urgently", "urgently"

    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="storms")
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    told = models.CharField(max_length=10, choices=Told, default=Told.NOBODY)

    objects = StormQuerySet.as_manager()

    class Meta:
        verbose_name = _("storm")
        verbose_name_plural = _("storms")
        ordering = ["-last_at"]
        indexes = [models.Index(fields=["integration", "-last_at"], name="storm_newest")]

    def __str__(self) -> str:
        return f"{self.integration}: {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return f"{reverse('incidents:list')}?tab=all&storm={self.pk}"
