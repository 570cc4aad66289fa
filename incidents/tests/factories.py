from datetime import timedelta

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.models import Incident

Status = Incident.Status


class IncidentFactory(factory.django.DjangoModelFactory):
    """An open incident; traits bring it into every other state that the database allows."""

    class Meta:
        model = Incident

    class Params:
        assigned = factory.Trait(assignee=factory.SubFactory(UserFactory, technician=True))
        in_progress = factory.Trait(
            status=Status.IN_PROGRESS,
            assignee=factory.SubFactory(UserFactory, technician=True),
            acknowledged_at=factory.LazyFunction(timezone.now),
            acknowledged_by=factory.SelfAttribute("assignee"),
        )
        resolved = factory.Trait(
            in_progress=True,
            status=Status.RESOLVED,
            resolved_at=factory.LazyFunction(timezone.now),
            resolved_by=factory.SelfAttribute("assignee"),
        )
        closed = factory.Trait(
            resolved=True,
            status=Status.CLOSED,
            closed_at=factory.LazyFunction(timezone.now),
            closed_by=factory.SelfAttribute("reporter"),
        )
        deleted = factory.Trait(
            deleted_at=factory.LazyFunction(timezone.now),
            deleted_by=factory.SubFactory(UserFactory, admin=True),
            deletion_note="Reported twice.",
        )
        snoozed = factory.Trait(snoozed_until=factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1)))

    title = "No exchange with the depositary"
    description = "Documents have not left since 18:03."
    reporter = factory.SubFactory(UserFactory)
