from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.calendar import WorkingCalendar
from accounts.models.user import check_time_zone
from workflow.models import Registered

ONLY = 1


class Organisation(Registered):
    """Whose journal this is, and how it counts. There is exactly one: `accounts.organisation` knows it.

    Made from the environment at first; from then on what stands here wins.
    """

    class CountingBasis(models.TextChoices):
        """Which minutes of a downtime count against its limits."""

        CALENDAR = "calendar", _("calendar time")
        SCHEDULE = "schedule", _("working schedule")

    class DegradationMeans(models.TextChoices):
        """What a degradation share of 1.0 says."""

        LOST = "lost", _("the share that is lost: 1.0 is a complete outage")
        LEFT = "left", _("the share that is left: 1.0 is full service")

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        validators=[check_time_zone],
        help_text=_("Days, months and working hours are counted in it. People may choose their own to read times in."),
    )
    counting_basis = models.CharField(
        _("counting basis"),
        max_length=10,
        choices=CountingBasis,
        default=CountingBasis.CALENDAR,
        help_text=_("Which minutes of a downtime count against its limits."),
    )
    degradation_means = models.CharField(
        _("degradation share"),
        max_length=5,
        choices=DegradationMeans,
        default=DegradationMeans.LOST,
        help_text=_("What a degradation share of 1.0 says."),
    )
    shows_first_steps = models.BooleanField(
        _("first steps on the home page"),
        default=True,
        help_text=_("Administrators see there what is still to be set up, until it is."),
    )
    calendar = models.OneToOneField(
        WorkingCalendar, verbose_name=_("working calendar"), on_delete=models.PROTECT, editable=False
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [
            models.CheckConstraint(condition=Q(id=ONLY), name="organisation_is_only_one"),
            models.CheckConstraint(
                condition=Q(counting_basis__in=["calendar", "schedule"]), name="organisation_basis_is_known"
            ),
            models.CheckConstraint(
                condition=Q(degradation_means__in=["lost", "left"]), name="organisation_degradation_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("organisation"))

    def get_absolute_url(self) -> str:
        return reverse("accounts:organisation")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @classmethod
    def of_environment(cls) -> "Organisation":
        """Return, unsaved, what the environment says."""
        return cls(name=settings.ORGANISATION_NAME, time_zone=settings.TIME_ZONE)
