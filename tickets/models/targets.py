from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import policy
from tickets.models.ticket import Ticket
from workflow.models import Registered, RegisteredQuerySet
from workflow.refusals import invalid

LONGEST = 100_000  # working minutes: most of a year
MINUTES = [MinValueValidator(1), MaxValueValidator(LONGEST)]


class SlaTargetQuerySet(RegisteredQuerySet["SlaTarget"]):
    def visible_to(self, user: Any) -> Self:
        return policy.visible(self, user, "sla_target.see").present()

    def most_urgent_first(self) -> Self:
        places = [When(priority=value, then=place) for place, value in enumerate(reversed(Ticket.Priority.values))]
        return self.order_by(Case(*places, output_field=models.SmallIntegerField()))


class SlaTarget(Registered):
    """How soon a ticket of one priority is answered and resolved, in minutes of working time; empty: no promise."""

    priority = models.CharField(_("priority"), max_length=10, choices=Ticket.Priority, unique=True, editable=False)
    response_minutes = models.PositiveIntegerField(
        _("first response, minutes"),
        null=True,
        blank=True,
        validators=MINUTES,
        help_text=_("Of working time. Empty: nothing is promised."),
    )
    resolution_minutes = models.PositiveIntegerField(
        _("resolution, minutes"),
        null=True,
        blank=True,
        validators=MINUTES,
        help_text=_("Of working time, without what the creator is waited for. Empty: nothing is promised."),
    )
    warning_share = models.PositiveSmallIntegerField(
        _("warning after, %"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("The share of the time after which a warning is sent."),
    )

    objects = SlaTargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("response target")
        verbose_name_plural = _("response targets")
        constraints = [
            models.CheckConstraint(
                name="sla_priority_is_known", condition=Q(priority__in=["low", "medium", "high", "critical"])
            ),
            models.CheckConstraint(
                name="sla_minutes_are_some",
                condition=(Q(response_minutes=None) | Q(response_minutes__gte=1))
                & (Q(resolution_minutes=None) | Q(resolution_minutes__gte=1)),
            ),
            models.CheckConstraint(
                name="sla_response_is_not_after_resolution",
                condition=Q(response_minutes=None)
                | Q(resolution_minutes=None)
                | Q(response_minutes__lte=F("resolution_minutes")),
            ),
            models.CheckConstraint(
                name="sla_warning_is_before_the_end", condition=Q(warning_share__gte=1, warning_share__lte=99)
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_priority_display())

    def get_absolute_url(self) -> str:
        return reverse("tickets:desk")

    def clean(self) -> None:
        response, resolution = self.response_minutes, self.resolution_minutes
        if response and resolution and response > resolution:
            raise invalid("response_minutes", gettext("The answer is promised later than the solution."), "order")
