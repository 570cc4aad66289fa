import factory

from monitoring.models import Heartbeat, Target, TargetGroup, Watch
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory


class GroupFactory(factory.django.DjangoModelFactory):
    """A watched group of two targets that nobody has looked at yet."""

    class Meta:
        model = TargetGroup
        skip_postgeneration_save = True

    name = factory.Sequence("Access {}".format)
    process = factory.SubFactory(TechProcessFactory)
    risk_source = factory.SubFactory(RiskSourceFactory)
    watch = factory.RelatedFactory("monitoring.tests.factories.WatchFactory", factory_related_name="group")

    @factory.post_generation
    def addresses(self, create, extracted):
        for address in ["http://1.1.1.1/", "http://8.8.8.8/"] if extracted is None else extracted:
            kind = "http" if address.startswith("http") else "tcp"
            Target.objects.create(group=self, kind=kind, address=address)


class WatchFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Watch


class HeartbeatFactory(factory.django.DjangoModelFactory):
    """An hourly heartbeat that has not been heard yet."""

    class Meta:
        model = Heartbeat

    name = factory.Sequence("Job {}".format)
    period_seconds = 3600
    grace_seconds = 300
    digest = factory.Sequence("{:064d}".format)
    token_end = "abcd"
