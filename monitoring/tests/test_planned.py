"""Planned work that the journal announces, as a probe sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from accounts.tests.factories import UserFactory, acting
from monitoring.models import MaintenanceWindow, Outage
from monitoring.tests.factories import GroupFactory
from monitoring.tests.test_probing import BAD, GOOD, INTERVAL, minutes_ago, play
from suspensions import services as suspensions
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


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


@pytest.fixture
def pair(group):
    """A group of two processes of which the first one's planned work goes on until its fourth round."""
    other, start = TechProcessFactory(), minutes_ago(20)
    group.more_processes.add(other)
    work = announce(group.process, start - HALF_HOUR, planned_finish=start + 3 * INTERVAL)
    return group, other, start, work


def cases_of(work):
    """All cases but the work itself: which process, from when to when, in what status."""
    cases = Suspension.objects.exclude(pk=work.pk).order_by("start")
    return list(cases.values_list("process", "start", "finish", "status"))


def test_whom_planned_work_excused_gets_a_case_when_the_work_is_over_and_the_outage_is_not(pair):
    group, other, start, work = pair

    play(group, [*[BAD] * 6, GOOD, GOOD], start)

    outage, finish = Outage.objects.get(), start + 6 * INTERVAL
    assert cases_of(work) == [
        (other.pk, start, finish, "restored"), (group.process.pk, start + 3 * INTERVAL, finish, "restored"),
    ]  # fmt: skip
    assert {case.incident_id for case in outage.cases()} == {outage.incident_id}
    assert not outage.excused.exists()
    assert outage.downtime == 6 * INTERVAL


def test_the_later_case_is_worded_for_the_organisation_and_not_for_who_looked(pair, settings):
    group, _other, start, work = pair
    settings.LANGUAGE_CODE = "ru"
    play(group, [BAD] * 3, start)
    with translation.override("en"):
        play(group, [BAD], start + 3 * INTERVAL)

    later = Suspension.objects.exclude(pk=work.pk).latest("start")
    assert "нет связи" in later.description


def test_the_later_case_comes_once_however_often_a_round_is_recorded(pair):
    group, _other, start, work = pair
    for _twice in range(2):
        play(group, [BAD] * 5, start)

    assert len(cases_of(work)) == 2


def test_a_round_of_the_past_and_a_good_one_bring_no_later_case(pair):
    group, other, start, work = pair
    play(group, [*[BAD] * 3, GOOD], start)

    play(group, [BAD], start + 3.5 * INTERVAL - timedelta(seconds=15))

    assert [case[0] for case in cases_of(work)] == [other.pk]


def test_what_the_whole_group_has_agreed_on_brings_no_later_case(pair):
    group, other, start, work = pair
    MaintenanceWindow.objects.create(
        group=group, start=start + 3 * INTERVAL, finish=start + HALF_HOUR, note="Router", created_by=work.author
    )

    play(group, [BAD] * 6, start)

    assert [case[0] for case in cases_of(work)] == [other.pk]


def test_a_person_who_takes_the_later_case_away_is_not_contradicted(pair):
    group, _other, start, work = pair
    play(group, [BAD] * 4, start)
    later = Suspension.objects.exclude(pk=work.pk).get(process=group.process)
    suspensions.delete(later, by=acting(UserFactory(admin=True)), note="It stood still anyway.")

    play(group, [BAD] * 3, start + 4 * INTERVAL)

    assert Suspension.objects.filter(process=group.process).exclude(pk=work.pk).get().deleted_at
