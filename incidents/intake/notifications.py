"""What the intake tells: storms to those who may take incidents, trouble to those who keep integrations."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.policy import allows, holders
from incidents.models import Integration, Message, Storm
from incidents.notifications import AT_ONCE, responds
from notifications.kinds import APP, EMAIL, Kind
from notifications.services import notify, on_call

STORM_EXAMPLE = {"count": "12", "integration": "Alertmanager", "titles": "db-01 does not answer\ndb-02 does not answer"}


def keeps(user: Any) -> bool:
    return allows(user, "integration.edit")


STORM = Kind(
    "integration.storm",
    _("Storm of signals"),
    _("Storm: %(count)s incidents within minutes from %(integration)s"),
    body="%(titles)s",
    channels=frozenset({APP, EMAIL}),
    shown_to=responds,
    example=STORM_EXAMPLE,
)
URGENT_STORM = Kind(
    "integration.urgent-storm",
    _("Storm of high or critical signals"),
    _("Storm: %(count)s incidents within minutes from %(integration)s, high or critical among them"),
    body="%(titles)s",
    channels=AT_ONCE,
    critical=True,
    shown_to=responds,
    example=STORM_EXAMPLE,
)
OVERFLOW = Kind(
    "integration.overflow",
    _("Integration exceeds its rate limit"),
    _("%(integration)s sends more than %(limit)s messages in 5 minutes"),
    body=_("What is beyond is refused with 429 until the five minutes are over. Senders repeat it, or it is lost."),
    channels=frozenset({APP, EMAIL}),
    shown_to=keeps,
    example={"integration": "Alertmanager", "limit": "300"},
)
UNPARSED = Kind(
    "integration.unparsed",
    _("Message of a machine not understood"),
    _("A message from %(integration)s was not understood"),
    body="%(fault)s %(detail)s",
    channels=frozenset({APP, EMAIL}),
    shown_to=keeps,
    example={"integration": "Alertmanager", "fault": str(Message.Fault.JSON.label), "detail": "line 1 column 8"},
)
KINDS = [STORM, URGENT_STORM, OVERFLOW, UNPARSED]


def tell_storm(kind: Kind, storm: Storm, titles: list[str]) -> None:
    """One summary instead of a notice for each incident."""
    context = {"count": len(titles), "integration": storm.integration, "titles": "\n".join(titles[:10])}
    notify([*on_call(), *holders("incident.take")], kind=kind, context=context, url=storm.get_absolute_url())


def tell_overflow(integration: Integration) -> None:
    context = {"integration": integration, "limit": integration.rate_limit}
    notify(holders("integration.edit"), kind=OVERFLOW, subject=integration, context=context)


def tell_unparsed(message: Message) -> None:
    context = {
        "integration": message.integration,
        "fault": Message.Fault(message.fault).label,
        "detail": message.detail,
    }
    notify(holders("integration.edit"), kind=UNPARSED, context=context, url=message.get_absolute_url())
