"""Planned work that the journal announces, as a probe sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory, acting
from monitoring.models import Outage
from monitoring.tests.factories import GroupFactory
from monitoring.tests.test_probing import BAD, GOOD, minutes_ago, play
from suspensions import services as suspensions
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return GroupFactory(name="Internet access")


def announce(process, start, **times):
    """Announce planned work, and let so much time pass that it began at `start`."""
    case = suspensions.register(
        by=acting(UserFactory(manager=True)), process=process, risk_source=RiskSourceFactory(), planned=True,
        start=timezone.now() + timedelta(minutes=1), planned_finish=timezone.now() + timedelta(hours=9),
    )  # fmt: skip
    Suspension.objects.filter(pk=case.pk).update(start=start, **times)
    return case


def test_no_outage_begins_within_planned_work_that_was_announced(group):
    start = minutes_ago(30)
    announce(group.process, start, planned_finish=start + timedelta(minutes=10))

    play(group, [BAD] * 5, start)
    assert not Outage.objects.exists()

    later = start + timedelta(minutes=10)
    play(group, [BAD] * 5, later)
    assert Outage.objects.get().start == later


@pytest.mark.parametrize(
    ("ago", "fields"),  # moments so many minutes ago, and what else is so
    [
        ({"start": 2 * 24 * 60}, {"planned_finish": None}),  # nobody said until when, and it was forgotten
        ({"start": 8 * 24 * 60}, {}),  # longer than anybody would believe
        ({}, {"kind": "degradation", "degradation": "0.3"}),  # it was to go on
        ({}, {"announced_at": None}),  # recorded afterwards
        ({}, {"announced_at": None, "planned": False, "planned_finish": None}),
        ({"finish": 25}, {"status": "restored"}),  # over earlier than planned
        ({}, {"status": "called_off"}),
        ({"deleted_at": 25}, {"deletion_note": "It was a mistake."}),
    ],
)
def test_only_announced_work_that_is_going_on_excuses(group, ago, fields):
    case, start = announce(group.process, minutes_ago(30)), minutes_ago(20)
    moments = {name: minutes_ago(minutes) for name, minutes in ago.items()}
    person = {"deleted_by": case.author} if "deleted_at" in ago else {}
    Suspension.objects.filter(pk=case.pk).update(**moments, **fields, **person)

    play(group, [BAD] * 5, start)

    assert Outage.objects.get().start == start


def test_work_of_which_nobody_said_how_long_it_takes_excuses_for_a_day(group):
    announce(group.process, minutes_ago(60), planned_finish=None)

    play(group, [BAD] * 5, minutes_ago(10))

    assert not Outage.objects.exists()


def test_work_announced_for_some_processes_leaves_the_others_their_cases(group):
    other = TechProcessFactory()
    group.more_processes.add(other)
    work, start = announce(group.process, minutes_ago(30)), minutes_ago(20)

    play(group, [BAD, BAD, BAD, GOOD, GOOD], start)

    outage = Outage.objects.get()
    assert outage.suspension is None
    assert [case.process for case in outage.siblings.all()] == [other]
    assert outage.incident.status == "resolved"
    assert list(Suspension.objects.exclude(pk=work.pk).values_list("process", flat=True)) == [other.pk]
