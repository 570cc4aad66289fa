"""What swings is one outage, and people hear of it twice: that it began, and that it is over for good."""

from collections import Counter
from datetime import timedelta

import pytest

from accounts.tests.factories import UserFactory, acting
from incidents import services as incidents
from incidents.models import Incident
from monitoring import services
from monitoring.models import Outage, TargetGroup
from monitoring.services import outages
from monitoring.tests.factories import GroupFactory
from monitoring.tests.test_probing import BAD, GOOD, INTERVAL, minutes_ago, play
from notifications.models import Chat, Notice
from suspensions import services as suspensions
from suspensions.models import Suspension
from suspensions.tests.factories import TechProcessFactory

pytestmark = pytest.mark.django_db
SWING = [BAD, BAD, BAD, GOOD, GOOD]
JOIN = timedelta(minutes=5)
ROUND = timedelta(seconds=12)


@pytest.fixture
def owner():
    return UserFactory(technician=True)


@pytest.fixture
def group(owner, settings):
    settings.TELEGRAM_BOT_TOKEN = "1:token"
    settings.PROBE_JOIN_SECONDS = JOIN.total_seconds()
    Chat.objects.create(telegram_id=-100, title="On call", on_call=True)
    return GroupFactory(name="Internet access", process=TechProcessFactory(owner=owner))


def heard(person=None):
    """How often which kind of notice came to somebody; to the on-call chat where nobody is named."""
    return Counter(Notice.objects.filter(recipient=person).values_list("kind", flat=True))


def test_ten_flaps_are_one_case_and_two_messages(group, owner):
    manager, start = UserFactory(manager=True), minutes_ago(60)
    play(group, [BAD, BAD, BAD], start)
    technician = UserFactory(technician=True)
    incidents.watch(Incident.objects.get(), by=acting(technician))

    for number in range(10):
        play(group, SWING if number else SWING[3:], start + (5 * number + (0 if number else 3)) * INTERVAL)
        outages.tell_recoveries(at=start + (5 * number + 5) * INTERVAL)
    assert not Notice.objects.filter(kind__in=["outage.closed", "suspension.restored", "incident.resolved"]).exists()

    outages.tell_recoveries(at=minutes_ago(0))
    outages.tell_recoveries(at=minutes_ago(0))

    assert Suspension.objects.count() == Outage.objects.count() == Incident.objects.count() == 1
    assert heard() == {"incident.urgent-on-call": 1, "outage.closed": 1}
    assert heard(owner) == {"incident.opened": 1, "suspension.restored": 1}
    assert heard(technician) == {"incident.resolved": 1}
    assert heard(manager) == {"outage.closed": 1} | heard(manager) & Counter({"incident.opened": 1})


def test_the_case_closes_at_once_and_people_hear_when_it_cannot_be_resumed(group, owner):
    finish = play(group, SWING, minutes_ago(30))[3]
    assert Suspension.objects.get().finish == Outage.objects.get().finish == finish

    assert outages.tell_recoveries(at=finish + JOIN + ROUND) == 0
    assert outages.tell_recoveries(at=finish + JOIN + ROUND + timedelta(seconds=1)) == 1
    assert heard(owner)["suspension.restored"] == 1


def test_the_tick_of_the_probe_tells(group, owner):
    finish = play(group, SWING, minutes_ago(30))[3]
    TargetGroup.objects.update(enabled=False)  # so that nothing is looked at here

    services.probe_due(at=finish + 2 * JOIN)

    assert heard(owner)["suspension.restored"] == 1


def test_what_fails_again_so_late_that_it_is_another_outage_lets_the_first_be_told(group):
    start = minutes_ago(60)
    play(group, SWING, start)

    play(group, [BAD, BAD, BAD], start + 4 * JOIN)

    assert Outage.objects.count() == 2
    assert heard()["outage.closed"] == 1


def test_a_probe_that_is_switched_off_leaves_nothing_untold(group):
    play(group, SWING, minutes_ago(2))

    services.switch_off(group, by=acting(UserFactory(admin=True)))

    assert heard()["outage.closed"] == 1
    assert outages.tell_recoveries(at=minutes_ago(-60)) == 0


def test_what_people_say_meanwhile_is_told_by_them_alone(group, owner):
    play(group, SWING, minutes_ago(30))
    case, incident = Suspension.objects.get(), Incident.objects.get()
    incidents.close(incident, by=acting(UserFactory(admin=True)))
    suspensions.reopen(case, by=acting(UserFactory(manager=True)))

    outages.tell_recoveries(at=minutes_ago(0))

    assert heard(owner) == {"incident.opened": 1, "suspension.reopened": 1}
    assert not Notice.objects.filter(kind="incident.resolved").exists()
