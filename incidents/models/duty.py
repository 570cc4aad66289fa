"""Who is on duty when: the table as people write it, and the schedule that follows from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from workflow.models import Registered, RegisteredQuerySet

NOTE_LIMIT = 500


class DutyQuerySet(RegisteredQuerySet["Duty"]):
    def visible_to(self, user: Any) -> Self:
        rows = policy.visible(self.select_related("person"), user, "duty.see")
        return rows if policy.allows(user, "duty.edit") else rows.present()

    def between(self, start: datetime, finish: datetime) -> Self:
        """Those of which some part lies in [start, finish)."""
        return self.present().filter(start__lt=finish, finish__gt=start)

    def to_come(self, at: datetime) -> Self:
        return self.filter(start__gt=at)

    def shifts(self) -> Self:
        """Without the substitutions."""
        return self.filter(original=None)

    def substitutions(self) -> Self:
        return self.exclude(original=None)

    def for_list(self) -> Self:
        return self.select_related("person", "original__person").fetch_mode(models.FETCH_RAISE)


class Duty(Registered):
    """One person on duty from `start` up to `finish`; with an `original`, instead of whoever has that duty.

    Duties overlap no duties, substitutions no substitutions: the database refuses both.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("on duty"), on_delete=models.PROTECT, related_name="duties"
    )
    start = models.DateTimeField(_("from"))
    finish = models.DateTimeField(_("to"))
    remark = models.CharField(_("note"), max_length=NOTE_LIMIT, blank=True)
    original = models.ForeignKey(
        "self",
        verbose_name=_("instead of"),
        on_delete=models.PROTECT,
        related_name="substitutions",
        null=True,
        editable=False,
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["start", "pk"]
        indexes = [
            models.Index(fields=["finish", "start"], name="duty_by_time", condition=Q(deleted_at=None)),
            models.Index(fields=["person", "-finish"], name="duty_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="duty_ends_after_it_begins",
                condition=Q(finish__gt=F("start")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="duty_deleted_has_person_and_reason",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | (Q(deleted_at__isnull=False, deleted_by__isnull=False) & ~Q(deletion_note="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}, {self.start:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("oncall:duty", args=[self.pk])

    @property
    def is_substitution(self) -> bool:
        return self.original_id is not None

    @classmethod
    def relations(cls, user: User) -> dict[str, dict[str, Any]]:
        return {}


class ToldGap(models.Model):
    """A gap of the duty table, by its start, of which those who keep the table have been told."""

    start = models.DateTimeField(unique=True)
    told_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("gap of the duty table")
        verbose_name_plural = _("gaps of the duty table")

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}"
