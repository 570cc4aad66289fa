"""What an incident's card shows of downtime, and how its report goes on to record some."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.policy import allows
from incidents.companions import Companion
from incidents.models import Incident
from suspensions.models import Suspension


def cases(user: Any, incident: Incident) -> Iterable[Suspension]:
    return Suspension.objects.visible_to(user).present().filter(incident=incident).select_related("process")


def may_record(user: Any) -> bool:
    return allows(user, "suspension.create")


def new_url(user: Any, incident: Incident) -> str:
    open_for_more = may_record(user) and incident.deleted_at is None
    return f"{reverse('suspensions:create')}?incident={incident.pk}" if open_for_more else ""


DOWNTIME = Companion(
    "downtime",
    _("Downtime"),
    "downtime",
    of=cases,
    new_url=new_url,
    new_label=_("Record downtime"),
    with_report=_("Also record downtime"),
    may_begin=may_record,
)
