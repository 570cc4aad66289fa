from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts import organisation
from monitoring.models.group import TargetGroup
from monitoring.recurrence import WEEK, Span, wall, weekly
from workflow.refusals import invalid

EVERY = [
    _("every Monday"), _("every Tuesday"), _("every Wednesday"), _("every Thursday"), _("every Friday"),
    _("every Saturday"), _("every Sunday"),
]  # fmt: skip


class MaintenanceWindowQuerySet(models.QuerySet["MaintenanceWindow"]):
    def in_period(self, start: datetime, finish: datetime) -> Self:
        """Those that may share a moment with [start, finish); of weekly ones `spans` knows."""
        comes = Q(weekly=True) & (Q(cancelled_at=None) | Q(cancelled_at__gt=start))
        return self.filter(comes | Q(weekly=False, finish__gt=start), start__lt=finish)

    def kept(self, since: datetime) -> Self:
        """Those that people still look at: what comes every week, and what was not over at `since`."""
        return self.filter(Q(weekly=True, cancelled_at=None) | Q(weekly=False, finish__gt=since))


class MaintenanceWindow(models.Model):
    """Agreed time in which a group may fail without that being an outage: once, or every week by the clock.

    A weekly one begins and ends by the clock of the organisation, also when that is put forward or back.
    """

    group = models.ForeignKey(TargetGroup, on_delete=models.CASCADE, related_name="windows", verbose_name=_("probe"))
    start = models.DateTimeField(_("start"))
    finish = models.DateTimeField(_("finish"))
    weekly = models.BooleanField(
        _("repeat every week"),
        default=False,
        db_default=False,
        help_text=_("On the same day at the same time by the clock of the organisation, until it is taken back."),
    )
    note = models.CharField(_("what for"), max_length=200)
    cancelled_at = models.DateTimeField(_("taken back"), null=True, editable=False)  # of a weekly one
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("author")
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MaintenanceWindowQuerySet.as_manager()

    class Meta:
        verbose_name = _("maintenance window")
        verbose_name_plural = _("maintenance windows")
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(name="window_ends_after_it_begins", condition=Q(finish__gt=F("start"))),
            models.CheckConstraint(
                name="window_that_is_taken_back_was_weekly", condition=Q(cancelled_at=None) | Q(weekly=True)
            ),
        ]

    def __str__(self) -> str:
        return self.note

    def clean(self) -> None:
        if not (self.start and self.finish):
            return
        for name, moment in (("start", self.start), ("finish", self.finish)):
            if not 1970 <= moment.year <= 2199:  # what zones and weeks can be reckoned with
                raise invalid(name, _now("That is too far away."))
        if self.finish <= self.start or (self.weekly and not self.lasts_by_the_wall()):
            raise invalid("finish", _now("The end lies before the beginning."))
        if self.weekly and self.finish - self.start >= WEEK:
            raise invalid("finish", _now("What comes every week is over within a week."))

    def lasts_by_the_wall(self) -> bool:
        """Whether it has a length in weeks without a change of the clock too."""
        zone = organisation.current().zone
        return wall(self.finish, zone) > wall(self.start, zone)

    def spans(self, since: datetime, until: datetime) -> list[Span]:
        """The stretches that share a moment with [since, until)."""
        if not self.weekly:
            return [Span(self.start, self.finish)] if self.start < until and self.finish > since else []
        end = min(until, self.cancelled_at or until)
        found = weekly((self.start, self.finish), organisation.current().zone, since, end)
        clipped = [(start, min(finish, self.cancelled_at or finish)) for start, finish in found if finish]
        return [Span(start, finish) for start, finish in clipped if since < finish]

    def covers(self, at: datetime) -> bool:
        return bool(self.spans(at, at + timedelta.resolution))

    @property
    def next(self) -> Span | None:
        """The stretch that runs or comes next; None when all of it is over."""
        now = timezone.now()
        return next(iter(self.spans(now, max(self.start, now) + 2 * WEEK)), None)

    @property
    def is_over(self) -> bool:
        return self.next is None

    @property
    def words(self) -> str:
        """When a weekly one comes, by the clock of the organisation: `every Sunday 02:00 – 04:00 MSK`."""
        zone = organisation.current().zone
        start, finish = wall(self.start, zone), wall(self.finish, zone)
        ends = f"{finish:%H:%M} {timezone.now().astimezone(zone):%Z}"
        return pgettext("window", "%(day)s %(start)s – %(finish)s") % {
            "day": EVERY[start.weekday()], "start": f"{start:%H:%M}", "finish": ends,
        }  # fmt: skip
