from __future__ import annotations

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
from suspensions.models import Suspension


class OutageQuerySet(models.QuerySet["Outage"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self, user, "probe.see")

    def running(self) -> Self:
        return self.filter(finish=None)

    def in_period(self, start: datetime, finish: datetime) -> Self:
        """Outages that share a moment with [start, finish)."""
        return self.filter(Q(finish=None) | Q(finish__gt=start), start__lt=finish)

    def for_list(self) -> Self:
        rows = self.select_related("group", "suspension", "incident").prefetch_related("suspension__segments")
        return rows.fetch_mode(models.FETCH_RAISE)


class Outage(models.Model):
    """A group of targets was down from its first failed round to its first good one; empty `finish`: still is.

    A group has one open outage at most, whoever probes. `suspension` is the case of its main process, `siblings` are
    those of the others; all hang on one incident.
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
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="outages", verbose_name=_("incident")
    )
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
        """What counts: without the good time between two failures that were joined."""
        end = self.finish or timezone.now()
        parts = list(self.suspension.segments.all()) if self.suspension else []
        lengths = [(part.finish or end) - part.start for part in parts] or [end - self.start]
        return sum(lengths, timedelta())

    def cases(self) -> list[Suspension]:
        return [*([self.suspension] if self.suspension else []), *self.siblings.all()]

    @classmethod
    def relations(cls, user: Any) -> dict[str, dict[str, Any]]:
        return {}
