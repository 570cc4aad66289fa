from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import organisation, policy
from incidents.models import Incident
from incidents.models.integration import digest
from workflow.models import Registered, RegisteredQuerySet

YEAR = 366 * 86400  # seconds
PINGS_PER_MINUTE = 60


def check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ValidationError(_now("There is no such time zone."), code="invalid") from error


def check_cron(text: str) -> None:
    try:
        next(CronSim(text, timezone.now()))
    except (CronSimError, StopIteration) as error:
        words = _now("This is no cron expression that ever comes true. Write it like 30 2 * * 1-5.")
        raise ValidationError(words, code="invalid") from error


class HeartbeatQuerySet(RegisteredQuerySet["Heartbeat"]):
    def visible_to(self, user: Any) -> Self:
        rows = policy.visible(self, user, "heartbeat.see")
        return rows if policy.allows(user, "heartbeat.undelete") else rows.present()

    def of_token(self, token: str) -> Self:
        return self.present().filter(digest=digest(token))

    def missed(self, at: datetime) -> Self:
        """Those whose grace is over and of which nobody has been told."""
        return self.present().filter(enabled=True, is_down=False, late_at__lt=at)

    def for_list(self) -> Self:
        return self.select_related("incident").fetch_mode(models.FETCH_RAISE)


class Heartbeat(Registered):
    """A job somewhere that pings when it is done: after each period or by a cron schedule, with some grace."""

    class Standing(models.TextChoices):
        NODATA = "nodata", pgettext_lazy("heartbeat", "no ping yet")
        UP = "up", pgettext_lazy("heartbeat", "in time")
        LATE = "late", pgettext_lazy("heartbeat", "late")
        DOWN = "down", pgettext_lazy("heartbeat", "missed")
        PAUSED = "paused", pgettext_lazy("heartbeat", "switched off")

    name = models.CharField(_("name"), max_length=100)
    period_seconds = models.PositiveIntegerField(
        _("period, seconds"), null=True, blank=True, validators=[MinValueValidator(30), MaxValueValidator(YEAR)],
        help_text=_("Between two pings. Empty: by the schedule."),
    )  # fmt: skip
    cron = models.CharField(
        _("schedule"), max_length=100, blank=True, validators=[check_cron],
        help_text=_("As in crontab: minute, hour, day, month, day of the week. 30 2 * * * is 2:30 every night."),
    )  # fmt: skip
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[check_zone],
        help_text=_("Of the schedule. Empty: the organisation's."),
    )  # fmt: skip
    grace_seconds = models.PositiveIntegerField(
        _("grace, seconds"), default=300, validators=[MaxValueValidator(YEAR)],
        help_text=_("How late a ping may be before an incident is opened."),
    )  # fmt: skip
    severity = models.CharField(
        _("severity of the incident"), max_length=10, choices=Incident.Severity, default=Incident.Severity.MEDIUM
    )
    enabled = models.BooleanField(_("watched"), default=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    token_end = models.CharField(_("token ends with"), max_length=4, editable=False)
    last_ping_at = models.DateTimeField(_("last ping"), null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)  # it said that it began, and not yet that it ended
    due_at = models.DateTimeField(_("expected at"), null=True, editable=False)
    late_at = models.DateTimeField(null=True, editable=False)  # due, and the grace
    is_down = models.BooleanField(default=False, editable=False)
    incident = models.ForeignKey(
        Incident, null=True, editable=False, on_delete=models.PROTECT, related_name="heartbeats",
        verbose_name=_("incident"),
    )  # fmt: skip
    window_started_at = models.DateTimeField(null=True, editable=False)
    window_used = models.PositiveIntegerField(default=0, editable=False)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(
                fields=["late_at"], name="heartbeat_missed", condition=Q(enabled=True, is_down=False, deleted_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(deleted_at=None),
                name="heartbeat_name_is_taken_once",
                violation_error_message=_("There is a heartbeat of this name."),
            ),
            models.CheckConstraint(
                name="heartbeat_has_period_or_schedule",
                condition=(Q(period_seconds__isnull=True) & ~Q(cron="")) | Q(period_seconds__isnull=False, cron=""),
                violation_error_message=_("Say either a period or a schedule."),
            ),
            models.CheckConstraint(
                name="heartbeat_deleted_has_person_and_reason",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | (Q(deleted_at__isnull=False, deleted_by__isnull=False) & ~Q(deletion_note="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("heartbeats:detail", args=[self.pk])

    @property
    def period(self) -> timedelta | None:
        return timedelta(seconds=self.period_seconds) if self.period_seconds else None

    @property
    def grace(self) -> timedelta:
        return timedelta(seconds=self.grace_seconds)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone) if self.time_zone else organisation.current().zone

    def next_after(self, moment: datetime) -> datetime:
        """When the next ping is expected after one at `moment`; in a night of two 2:30s the schedule means one."""
        if self.period:
            return moment + self.period
        return next(CronSim(self.cron, moment.astimezone(self.zone)))

    @property
    def standing(self) -> str:
        if not self.enabled:
            return self.Standing.PAUSED
        if self.is_down:
            return self.Standing.DOWN
        if self.due_at and timezone.now() > self.due_at:
            return self.Standing.LATE
        return self.Standing.UP if self.last_ping_at else self.Standing.NODATA

    def get_standing_display(self) -> str:
        return str(self.Standing(self.standing).label)

    @property
    def look(self) -> str:
        """The status whose shape and colour a page lends it."""
        return "nodata" if self.standing == self.Standing.PAUSED else self.standing

    @classmethod
    def relations(cls, user: Any) -> dict[str, dict[str, Any]]:
        return {}


class Ping(models.Model):
    """One sign of a heartbeat, and what its job had to say."""

    class Kind(models.TextChoices):
        SUCCESS = "success", pgettext_lazy("ping", "done")
        START = "start", pgettext_lazy("ping", "begun")
        FAIL = "fail", pgettext_lazy("ping", "failed")
        LOG = "log", pgettext_lazy("ping", "note")

    heartbeat = models.ForeignKey(Heartbeat, on_delete=models.CASCADE, related_name="pings")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    at = models.DateTimeField(_("time"))
    took = models.DurationField(_("duration"), null=True)  # since it said that it began
    text = models.TextField(_("text"), blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)

    class Meta:
        verbose_name = _("ping")
        verbose_name_plural = _("pings")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["heartbeat", "-id"], name="ping_newest"),
            models.Index(fields=["at"], name="ping_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"

    @property
    def look(self) -> str:
        return {"success": "up", "start": "progress", "fail": "down", "log": "nodata"}[self.kind]
