from datetime import UTC, datetime, timedelta

import factory

from accounts.tests.factories import UserFactory
from notifications.kinds import APP, EMAIL, Kind
from notifications.models import Delivery
from notifications.services import notify
from workflow.actor import Actor, Channel


class PersonFactory(UserFactory):
    class Params:
        russian = factory.Trait(language="ru", time_zone="Europe/Moscow")


BOTH = frozenset({APP, EMAIL})
PLAIN = Kind("test.plain", label="Plain", title="%(what)s happened", body="At %(place)s.", channels=BOTH, group=False)
STORMY = Kind("test.stormy", label="Storm", title="%(what)s happened", channels=BOTH)
URGENT = Kind("test.urgent", label="Urgent", title="%(what)s burns", channels=BOTH, critical=True, group=False)
SECRET = Kind("test.secret", "Key", "Your key", "%(what)s", channels=frozenset({EMAIL}), required=True, private=True)
QUIET = Kind("test.quiet", label="Bell", title="%(what)s happened")

NOON = datetime(2026, 7, 23, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIRE = {"what": "Fire", "place": "the roof"}


def acting(user):
    return Actor(user, Channel.PAGE)


def tell(*people, kind=PLAIN, at=NOON, what="Fire"):
    return notify(people or [PersonFactory()], kind=kind, context={**FIRE, "what": what}, url="/roof/", at=at)


def states():
    """The states of all deliveries, oldest first."""
    return [delivery.state for delivery in Delivery.objects.order_by("pk")]
