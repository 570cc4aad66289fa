from django.db import models
from django.utils.translation import gettext_lazy as _


class Pulse(models.Model):
    """When something of this installation last showed life; the jobs do so by ticks that beat sends to a worker."""

    JOBS = "jobs"

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

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
