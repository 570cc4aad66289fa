from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from accounts.models.calendar import WEEKDAYS
from accounts.tests.factories import UserFactory
from suspensions.models import ProcessLimit, Risk, RiskSource, Segment, Suspension, TechProcess

Status = Suspension.Status


class TechProcessFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TechProcess

    class Params:
        round_the_clock = factory.Trait(
            keeps_holidays=False,
            **dict.fromkeys(WEEKDAYS, "00:00-24:00"),
        )

    code = factory.Sequence("PROCESS_{}".format)
    number = factory.Sequence(lambda count: str(25 + count))
    name = "Trust management"


class RiskSourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RiskSource

    code = factory.Sequence("SOURCE_{}".format)
    name = "Provider"
    category = RiskSource.Category.EXTERNAL


class ProcessLimitFactory(factory.django.DjangoModelFactory):
    """A proposed limit; `approved` puts it in force."""

    class Meta:
        model = ProcessLimit

    class Params:
        approved = factory.Trait(
            status=ProcessLimit.Status.APPROVED,
            approved_by=factory.SubFactory(UserFactory, manager=True),
            approved_at=factory.LazyFunction(timezone.now),
        )

    process = factory.SubFactory(TechProcessFactory)
    valid_from = factory.LazyFunction(lambda: timezone.localdate().replace(month=1, day=1))
    document = "Order 12 of 10 January"
    case_minutes = 120
    year_minutes = 600
    proposed_by = factory.SubFactory(UserFactory, manager=True)


class SuspensionFactory(factory.django.DjangoModelFactory):
    """A case that began an hour ago and runs on; traits bring it into every other state. It has one segment."""

    class Meta:
        model = Suspension
        skip_postgeneration_save = True

    class Params:
        investigating = factory.Trait(status=Status.INVESTIGATING)
        restored = factory.Trait(status=Status.RESTORED, finish=factory.LazyFunction(timezone.now))
        closed = factory.Trait(
            restored=True,
            status=Status.CLOSED,
            closed_at=factory.LazyFunction(timezone.now),
            closed_by=factory.SubFactory(UserFactory, manager=True),
        )
        draft = factory.Trait(status=Status.DRAFT, number=None)
        probe = factory.Trait(origin=Suspension.Origin.PROBE)
        deleted = factory.Trait(
            deleted_at=factory.LazyFunction(timezone.now),
            deleted_by=factory.SubFactory(UserFactory, admin=True),
            deletion_note="Recorded twice.",
        )
        degraded = factory.Trait(kind=Suspension.Kind.DEGRADATION, degradation=Decimal("0.3000"))

    number = factory.Sequence("2026-{:04d}".format)
    process = factory.SubFactory(TechProcessFactory)
    risk_source = factory.SubFactory(RiskSourceFactory)
    start = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    description = "No exchange with the depositary."
    author = factory.SubFactory(UserFactory)

    @factory.post_generation
    def segment(self, create, extracted, **kwargs):
        Segment.objects.create(suspension=self, start=self.start, finish=self.finish, degradation=self.degradation)


class RiskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Risk

    code = factory.Sequence("R-{:02d}".format)
    title = "The provider's line fails"
    likelihood = 4
    impact = 4
    residual_likelihood = 2
    residual_impact = 3
