from datetime import UTC, datetime, timedelta

import factory

from accounts.tests.factories import UserFactory
from incidents.models import Duty

MONDAY = datetime(2026, 7, 20, 6, tzinfo=UTC)  # 09:00 in Moscow
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


class DutyFactory(factory.django.DjangoModelFactory):
    """A week on duty from MONDAY on; `number` is which week."""

    class Meta:
        model = Duty

    class Params:
        number = 0

    person = factory.SubFactory(UserFactory, technician=True)
    start = factory.LazyAttribute(lambda duty: MONDAY + duty.number * WEEK)
    finish = factory.LazyAttribute(lambda duty: duty.start + WEEK)
