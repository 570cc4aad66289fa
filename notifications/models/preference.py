from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Preference(models.Model):
    """A person's own answer to whether a kind of message comes by a channel; without a row the kind's default holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10)
    enabled = models.BooleanField()

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="preference_is_stated_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.enabled}"


class QuietHours(models.Model):
    """The hours, in the person's own zone, in which only critical messages are sent; they may span midnight."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="quiet_hours"
    )
    start = models.TimeField(_("quiet from"))
    end = models.TimeField(_("quiet until"))

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")
        constraints = [
            models.CheckConstraint(
                name="quiet_hours_last",
                condition=~Q(start=F("end")),
                violation_error_message=_("Quiet hours need an end that differs from their start."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.start:%H:%M}–{self.end:%H:%M}"

    def end_after(self, at: datetime, zone: str) -> datetime | None:
        """Return when the quiet time around `at` ends, None when `at` is not quiet. The wall clock of `zone` counts.

        An end that a change to summer time skips comes as much later; where an hour repeats, both passes are quiet.
        """
        local = at.astimezone(ZoneInfo(zone))
        if not self.covers(local.time()):
            return None
        day = local.date() + timedelta(days=local.time() >= self.end)
        passes = [datetime.combine(day, self.end.replace(fold=fold), ZoneInfo(zone)).astimezone(UTC) for fold in (0, 1)]
        return min(moment for moment in passes if moment > at)

    def covers(self, clock: time) -> bool:
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end
