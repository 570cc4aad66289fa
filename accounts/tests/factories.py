import factory
from django.utils import timezone

from accounts.models import Role, User
from workflow.actor import Actor, Channel

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    """A person who may sign in with PASSWORD; a plain employee unless a trait says otherwise."""

    class Meta:
        model = User

    class Params:
        technician = factory.Trait(role=Role.TECHNICIAN)
        manager = factory.Trait(role=Role.MANAGER)
        admin = factory.Trait(role=Role.ADMIN)
        auditor = factory.Trait(role=Role.AUDITOR)
        inactive = factory.Trait(is_active=False)
        unapproved = factory.Trait(approved_at=None)

    username = factory.Sequence("person{}".format)
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password(PASSWORD)
    approved_at = factory.LazyFunction(timezone.now)


def acting(user: User | None = None, channel: Channel = Channel.PAGE) -> Actor:
    """The actor that a door would make of `user`; of anybody where it does not matter."""
    return Actor(user or UserFactory(), channel)
