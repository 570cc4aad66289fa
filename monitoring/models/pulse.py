from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = timedelta(minutes=3)  # six ticks in a row


class PulseQuerySet(models.QuerySet["Pulse"]):
    def is_silent(self, at: datetime) -> bool:
        """Whether no job has been done for too long; where none ever was, nothing has fallen silent."""
        return self.filter(pk=Pulse.JOBS, at__lt=at - SILENT_AFTER).exists()


class Pulse(models.Model):
    """When something of this installation last showed life; the jobs do so by ticks that beat sends to a worker."""

    JOBS = "jobs"

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    objects = PulseQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name


class Alarm(models.Model):
    """Something of this installation that is amiss now and of which its administrators have been told, once."""

    name = models.CharField(max_length=20, primary_key=True)
    since = models.DateTimeField()
    detail = models.TextField(blank=True)

    class Meta:
        verbose_name = _("alarm about the installation")
        verbose_name_plural = _("alarms about the installation")

    def __str__(self) -> str:
        return self.name
