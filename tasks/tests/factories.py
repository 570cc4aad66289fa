from datetime import timedelta

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from tasks.models import Task
from tasks.models.task import today

Status = Task.Status


class TaskFactory(factory.django.DjangoModelFactory):
    """An open task that is due in a week; traits bring it into every other state that the database allows."""

    class Meta:
        model = Task

    class Params:
        in_progress = factory.Trait(status=Status.IN_PROGRESS, started_at=factory.LazyFunction(timezone.now))
        done = factory.Trait(in_progress=True, status=Status.DONE, done_at=factory.LazyFunction(timezone.now))
        accepted = factory.Trait(done=True, status=Status.ACCEPTED, accepted_at=factory.LazyFunction(timezone.now))
        cancelled = factory.Trait(status=Status.CANCELLED, cancelled_at=factory.LazyFunction(timezone.now))
        late = factory.Trait(
            start=factory.LazyFunction(lambda: today() - timedelta(days=9)),
            deadline=factory.LazyFunction(lambda: today() - timedelta(days=2)),
        )
        self_set = factory.Trait(executor=factory.SelfAttribute("author"))
        deleted = factory.Trait(
            deleted_at=factory.LazyFunction(timezone.now),
            deleted_by=factory.SubFactory(UserFactory, admin=True),
            deletion_note="Set twice.",
        )

    title = "Replace the certificate"
    start = factory.LazyFunction(today)
    deadline = factory.LazyFunction(lambda: today() + timedelta(days=7))
    author = factory.SubFactory(UserFactory)
    executor = factory.SubFactory(UserFactory)
