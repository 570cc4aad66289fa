from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class SlaWarning(models.Model):
    """That people heard of a promise which ends or ended: the row is why nobody hears the same twice."""

    class Promise(models.TextChoices):
        RESPONSE = "response", _("first response")
        RESOLUTION = "resolution", _("resolution")

    class Stage(models.TextChoices):
        SOON = "soon", _("due soon")
        LATE = "late", _("late")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="sla_warnings", verbose_name=_("ticket"))
    promise = models.CharField(_("promise"), max_length=10, choices=Promise)
    stage = models.CharField(_("stage"), max_length=4, choices=Stage)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("response warning")
        verbose_name_plural = _("response warnings")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "promise", "stage"], name="sla_warned_once"),
            models.CheckConstraint(
                name="sla_warning_is_known",
                condition=Q(promise__in=["response", "resolution"], stage__in=["soon", "late"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.promise}: {self.stage}"
