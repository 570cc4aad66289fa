from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import hours, organisation, policy
from accounts.models.calendar import WEEKDAYS, HoursField
from accounts.models.user import check_time_zone
from accounts.working_time import WorkingTime
from suspensions import shares
from workflow.models import Registered, RegisteredQuerySet
from workflow.refusals import invalid
from workflow.search import words

YEARS = range(1990, 2200)
CODE = RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9_.-]*\Z", _("Letters without accents, digits and _ . - are expected."))


def check_days(**days: date | None) -> None:
    """Raise ValidationError for a day that nobody can mean, such as the last one that there is."""
    for name, day in days.items():
        if day and day.year not in YEARS:
            message = _("The date lies outside of the years 1990 to 2199.")
            raise invalid(name, message)


class CodedQuerySet[Entry: "TechProcess | RiskSource"](RegisteredQuerySet[Entry]):
    """Entries that people and programs call by a code."""

    def known_as(self, wanted: int | str) -> Entry | None:
        """Return the entry that has this code, else the one that has this id, else None."""
        text = str(wanted).strip()
        found = self.filter(code=text).first() if isinstance(wanted, str) else None
        if found is None and text.isascii() and text.isdigit() and len(text) < 19:
            found = self.filter(pk=int(text)).first()
        return found


class TechProcessQuerySet(CodedQuerySet["TechProcess"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self, user, "process.see").present()

    def active_on(self, day: date) -> Self:
        """Processes that the organisation ran on that local date."""
        begun = Q(active_from=None) | Q(active_from__lte=day)
        return self.present().filter(begun, Q(active_to=None) | Q(active_to__gte=day))

    def matching(self, text: str) -> Self:
        rows = self
        for word in words(text):
            rows = rows.filter(Q(name__mentions=word) | Q(code__icontains=word) | Q(number__icontains=word))
        return rows

    def for_list(self) -> Self:
        return self.select_related("owner").fetch_mode(models.FETCH_RAISE)


class TechProcess(Registered):
    """A business process that the organisation must keep running, and the hours in which it is expected to run."""

    class Criticality(models.TextChoices):
        CRITICAL = "critical", _("critical")
        MAIN = "main", _("main")
        SUPPORTING = "supporting", _("supporting")
        OTHER = "other", _("other")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    number = models.CharField(_("number"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="owned_processes",
        null=True,
        blank=True,
    )
    criticality = models.CharField(_("criticality"), max_length=10, choices=Criticality, default=Criticality.MAIN)
    active_from = models.DateField(_("active from"), null=True, blank=True)
    active_to = models.DateField(_("active to"), null=True, blank=True, help_text=_("The last day."))
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[check_time_zone],
        help_text=_("Of its own hours; empty: the organisation's."),
    )
    keeps_holidays = models.BooleanField(
        _("keeps holidays"),
        default=True,
        help_text=_("The free days of the organisation's calendar are free here too."),
    )
    monday = HoursField(_("Monday"))
    tuesday = HoursField(_("Tuesday"))
    wednesday = HoursField(_("Wednesday"))
    thursday = HoursField(_("Thursday"))
    friday = HoursField(_("Friday"))
    saturday = HoursField(_("Saturday"))
    sunday = HoursField(_("Sunday"))

    objects = TechProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("business process")
        verbose_name_plural = _("business processes")
        ordering = ["number", "code"]
        constraints = [
            models.CheckConstraint(
                name="process_criticality_is_known",
                condition=Q(criticality__in=["critical", "main", "supporting", "other"]),
            ),
            models.CheckConstraint(name="process_has_a_name", condition=~Q(name="") & ~Q(code="")),
            models.CheckConstraint(
                name="process_ends_after_it_begins",
                condition=Q(active_from=None) | Q(active_to=None) | Q(active_to__gte=F("active_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("suspensions:process", args=[self.pk])

    def clean(self) -> None:
        check_days(active_from=self.active_from, active_to=self.active_to)
        if self.active_from and self.active_to and self.active_to < self.active_from:
            raise invalid("active_to", _("The end lies before the beginning."))

    @property
    def timeline_fields(self) -> dict[str, models.Field[Any, Any]]:
        """Its timeline tells of its limits too."""
        own = {field.name for field in self._meta.fields}
        limits = apps.get_model("suspensions", "ProcessLimit")._meta.fields
        return {field.name: field for field in limits if field.name not in own}

    timeline_words: ClassVar[dict[str, Any]] = {"degradation_share": shares.allowed}

    @property
    def week(self) -> dict[str, str]:
        return {weekday: getattr(self, weekday) for weekday in WEEKDAYS}

    @property
    def has_own_schedule(self) -> bool:
        return any(self.week.values())

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone) if self.time_zone else organisation.current().zone

    def working_time(self) -> WorkingTime:
        """Return when it is expected to run: by its own hours, else as the organisation works."""
        common = organisation.working_time()
        if not self.has_own_schedule:
            return common
        free = {day: spans for day, spans in common.days.items() if not spans} if self.keeps_holidays else {}
        return WorkingTime(self.zone, tuple(hours.read(text) for text in self.week.values()), free)

    def is_active_on(self, day: date) -> bool:
        begun = self.active_from is None or self.active_from <= day
        return self.deleted_at is None and begun and (self.active_to is None or day <= self.active_to)


class RiskSourceQuerySet(CodedQuerySet["RiskSource"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self, user, "risk_source.see").present()

    def active(self) -> Self:
        return self.present().filter(is_active=True)


class RiskSource(Registered):
    """Where a disturbance came from."""

    class Category(models.TextChoices):
        PROCESS = "process", _("processes")
        PEOPLE = "people", _("people")
        SYSTEMS = "systems", _("systems")
        EXTERNAL = "external", _("external")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=10, choices=Category, default=Category.SYSTEMS)
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Offered for new cases."))

    objects = RiskSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk source")
        verbose_name_plural = _("risk sources")
        ordering = ["name", "code"]
        constraints = [
            models.CheckConstraint(
                name="risk_source_category_is_known",
                condition=Q(category__in=["process", "people", "systems", "external"]),
            ),
            models.CheckConstraint(name="risk_source_has_a_name", condition=~Q(name="") & ~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("suspensions:risk-source-edit", args=[self.pk])
