from datetime import timedelta

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.models import Integration, Message
from incidents.models.integration import digest


def token_of(number):
    return f"vkh_token-{number}"


class IntegrationFactory(factory.django.DjangoModelFactory):
    """An integration; `token_of(n)` of its number is its token."""

    class Meta:
        model = Integration

    class Params:
        number = factory.Sequence(lambda n: n)
        paused = factory.Trait(enabled=False)
        expired = factory.Trait(expires_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=1)))
        withdrawn = factory.Trait(
            deleted_at=factory.LazyFunction(timezone.now),
            deleted_by=factory.SubFactory(UserFactory, admin=True),
            deletion_note="The contract has ended.",
        )

    name = factory.LazyAttribute(lambda made: f"Machine {made.number}")
    digest = factory.LazyAttribute(lambda made: digest(token_of(made.number)))
    token_end = "abcd"


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    integration = factory.SubFactory(IntegrationFactory)
    body = b'{"title":'
    content_type = "application/json"
    state = Message.State.UNPARSED
    fault = Message.Fault.JSON
