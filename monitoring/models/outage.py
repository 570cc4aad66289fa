from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import policy
from incidents.models import Incident
from monitoring.causes import Cause
from monitoring.models.group import TargetGroup
from suspensions.models import Suspension, TechProcess


class OutageQuerySet(models.QuerySet["Outage"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self, user, "probe.see")

    def running(self) -> Self:
        return self.filter(finish=None)

    def in_period(self, start: datetime, finish: datetime) -> Self:
        """Outages that share a moment with [start, finish)."""
        return self.filter(Q(finish=None) | Q(finish__gt=start), start__lt=finish)

    def for_list(self) -> Self:
        rows = self.select_related("group", "suspension", "incident")
        return rows.prefetch_related("suspension__segments", "siblings__segments").fetch_mode(models.FETCH_RAISE)


class Outage(models.Model):
    """A group of targets was down from its first failed round to its first good one; empty `finish`: still is.

    A group has one open outage at most, whoever probes. `suspension` is the case of its main process, `siblings` are
    those of the others; all hang on one incident. `excused` processes get theirs once their planned work is over.
    `left_out` is what lies between start and finish and is no downtime. While `recovery_due`, the outage may still be
    resumed, and nobody has been told of its end.
    """

    group = models.ForeignKey(TargetGroup, on_delete=models.PROTECT, related_name="outages", verbose_name=_("probe"))
    start = models.DateTimeField(_("start"))
    finish = models.DateTimeField(_("finish"), null=True)
    cause = models.CharField(_("cause"), max_length=6, choices=Cause, blank=True)
    error = models.TextField(_("what failed"), blank=True)
    suspension = models.OneToOneField(
        Suspension, null=True, on_delete=models.PROTECT, related_name="outage", verbose_name=_("downtime case")
    )
    siblings = models.ManyToManyField(Suspension, related_name="+", verbose_name=_("cases of further processes"))
    excused = models.ManyToManyField(TechProcess, related_name="+", verbose_name=_("excused by planned work"))
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="outages", verbose_name=_("incident")
    )
    left_out = models.DurationField(default=timedelta, db_default=timedelta(), editable=False)
    recovery_due = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OutageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outage of a probe")
        verbose_name_plural = _("outages of probes")
        ordering = ["-start", "-pk"]
        indexes = [models.Index(fields=["-start", "-id"], name="outage_newest")]
        constraints = [
            models.UniqueConstraint(fields=["group"], condition=Q(finish=None), name="group_has_one_open_outage"),
            models.CheckConstraint(
                name="outage_ends_after_it_begins", condition=Q(finish=None) | Q(finish__gt=F("start"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.start:%Y-%m-%d %H:%M}"

    @property
    def downtime(self) -> timedelta:
        """What counts: good time between two failures that were joined stays out, and so does what nobody measured.

        That is as long as any of its cases lasts, as people have corrected them; without a case, as it was measured.
        """
        end = self.finish or timezone.now()
        parts = [(part.start, part.finish or end) for case in self.cases() for part in case.segments.all()]
        return covered(parts) if parts else end - self.start - self.left_out

    def cases(self) -> list[Suspension]:
        """Of all its processes, the main one's first."""
        return [*([self.suspension] if self.suspension else []), *self.siblings.all()]

    @classmethod
    def relations(cls, user: Any) -> dict[str, dict[str, Any]]:
        return {}


def covered(spans: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """Return how long at least one of these lasts."""
    total, until = timedelta(), None
    for start, finish in sorted(spans):
        start = start if until is None else max(start, until)
        total += max(timedelta(), finish - start)
        until = finish if until is None else max(until, finish)
    return total
