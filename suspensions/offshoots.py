"""Downtime grows out of incidents: shown on their cards, offered when one is reported."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.policy import allows
from incidents.models import Incident
from suspensions.models import Suspension
from workflow.offshoots import Offshoot


def cases(incident: Any, user: Any) -> Sequence[Suspension]:
    return list(Suspension.objects.visible_to(user).present().filter(incident=incident).select_related("process"))


def address(incident: Any) -> str:
    return f"{reverse('suspensions:create')}?incident={incident.pk}"


def may(user: Any) -> bool:
    return allows(user, "suspension.create")


DOWNTIME = Offshoot(
    "downtime",
    Incident,
    _("Downtime"),
    _("Record downtime"),
    "downtime",
    existing=cases,
    address=address,
    may=may,
    onward=_("Also record downtime"),
)
