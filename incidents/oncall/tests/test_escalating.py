"""An incident that nobody takes goes on to the next, and to nobody once it is taken."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory, acting
from incidents import jobs, services
from incidents.intake.tests.factories import IntegrationFactory
from incidents.models import Duty, Escalation, EscalationPolicy, Incident, Storm
from incidents.oncall import escalating, schedule
from incidents.oncall.tests.factories import DAY, HOUR, DutyFactory
from incidents.tests.factories import IncidentFactory
from notifications.models import Chat, Delivery, Notice
from workflow.models import Event
from workflow.tests.together import together

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def start():
    """A moment some days ago, so that what services stamp with the present lies after it."""
    return timezone.now().replace(microsecond=0) - 3 * DAY


@pytest.fixture
def chain(start):
    """After 10 minutes whoever is on duty, 10 later who comes next, 10 later all managers; twice in all."""
    EscalationPolicy.objects.all().delete()
    steps = [{"after": 10, "whom": whom} for whom in ("duty", "next", "managers")]
    made = EscalationPolicy.objects.create(severity="high", steps=steps, repeats=1)
    EscalationPolicy.objects.update(created_at=start - DAY)
    made.refresh_from_db()
    return made


@pytest.fixture
def people(start):
    first = DutyFactory(start=start - DAY, finish=start + DAY).person
    second = DutyFactory(start=start + DAY, finish=start + 9 * DAY).person
    return first, second, UserFactory(manager=True)


def opened(at, **fields):
    incident = IncidentFactory(**{"severity": "critical"} | fields)
    Incident.objects.filter(pk=incident.pk).update(created_at=at)
    return Incident.objects.get(pk=incident.pk)


def told():
    notices = Notice.objects.filter(kind__in=["incident.untaken", "incident.exhausted"]).order_by("pk")
    return [notice.recipient for notice in notices]


def tick(start, *minutes):
    """Let the beat tick at these minutes after the start and return how many steps each told."""
    return [escalating.escalate(at=start + minute * MINUTE) for minute in minutes]


def test_the_chain_goes_from_one_to_the_next(start, chain, people):
    incident = opened(start)

    assert tick(start, 0, 9, 10, 15, 20, 29, 30) == [0, 0, 1, 0, 1, 0, 1]

    assert told() == list(people)
    events = Event.objects.about(incident).filter(verb="notify-on-call")
    assert [event.after["told"] for event in events] == [[person.name] for person in people]
    assert Notice.objects.first().critical


def test_the_chain_repeats_as_often_as_it_says_and_then_rests(start, chain, people):
    opened(start)

    tick(start, *range(0, 120, 5))

    assert told() == [*people, *people]
    assert Escalation.objects.get().exhausted


def test_the_end_of_the_chain_is_told_once_to_managers_and_the_chat(start, chain, people, settings):
    settings.TELEGRAM_BOT_TOKEN = "1:token"
    Chat.objects.create(telegram_id=-100, title="On call", on_call=True)
    incident = opened(start)

    tick(start, *range(0, 120, 5))

    notices = Notice.objects.filter(kind="incident.exhausted")
    assert {notice.recipient for notice in notices} == {people[2], None}
    assert notices.count() == 2
    assert all(notice.critical for notice in notices)
    assert Event.objects.about(incident).filter(verb="exhaust-chain").count() == 1


def test_the_card_says_who_is_told_next_and_that_the_chain_is_exhausted(
    page, start, chain, people, django_assert_max_num_queries
):
    incident, reader = opened(start), page(UserFactory(manager=True, time_zone="UTC"))
    reader.get("/")
    tick(start, 10)

    with django_assert_max_num_queries(16):
        text = reader.get(incident.get_absolute_url()).text
    assert "whoever is on duty next" in text
    assert f"{start + 20 * MINUTE:%H:%M}" in text

    tick(start, *range(20, 120, 5))
    assert "exhausted" in reader.get(incident.get_absolute_url()).text

    services.take(incident, by=acting(people[2]))
    assert "exhausted" not in reader.get(incident.get_absolute_url()).text.partition('id="timeline"')[0]


@pytest.mark.parametrize("verb", ["take", "resolve", "close"])
def test_after_it_is_answered_nobody_is_told(start, chain, people, verb):
    incident = opened(start)
    tick(start, 10)
    getattr(services, verb)(incident, by=acting(people[2]))

    assert tick(start, 20, 30, 40, 500) == [0, 0, 0, 0]
    assert told() == [people[0]]


def test_what_is_put_off_is_let_alone_and_goes_on_afterwards(chain, people, start):
    incident = opened(start)
    tick(start, 10)
    now = timezone.now()
    services.snooze(incident, by=acting(people[2]), until=now + HOUR, note="Waits for the provider.")
    assert [escalating.escalate(at=now + minutes * MINUTE) for minutes in (0, 30, 59)] == [0, 0, 0]

    services.wake_snoozed(at=now + HOUR)
    assert [escalating.escalate(at=timezone.now() + minutes * MINUTE) for minutes in (0, 9, 11)] == [0, 0, 1]


def test_an_hour_without_ticks_is_caught_up_with_by_one_step(start, chain, people):
    opened(start)

    assert tick(start, 70, 71, 79, 80) == [1, 0, 0, 1]
    assert told() == list(people[:2])


def test_two_ticks_at_once_tell_once(start, chain, people):
    opened(start)

    assert [*tick(start, 10), *tick(start, 10)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_several_beats_at_once_tell_once(start, chain, people):
    for _number in range(3):
        opened(start)
    escalating.escalate(at=start)

    outcomes = together(*[lambda: escalating.escalate(at=start + 10 * MINUTE)] * 4)

    assert sum(outcomes) == 3
    assert len(told()) == 3


def test_a_step_without_anybody_gives_its_turn_to_the_next(start, chain):
    manager = UserFactory(manager=True)
    incident = opened(start)

    assert tick(start, 10) == [1]
    assert told() == [manager]
    assert Event.objects.about(incident).get(verb="notify-on-call").after["whom"] == "managers"


def test_a_step_names_somebody_and_none_who_left(start, chain):
    person, manager = UserFactory(technician=True), UserFactory(manager=True)
    named = {"after": 10, "whom": "person", "person": person.pk}
    EscalationPolicy.objects.update(steps=[named, {"after": 10, "whom": "managers"}])
    opened(start)
    tick(start, 10, 20)

    User.objects.filter(pk=person.pk).update(is_active=False)
    tick(start, 30)

    assert told() == [person, manager, manager]


def test_a_chain_that_finds_nobody_ends(start, chain):
    opened(start)

    assert sum(tick(start, *range(0, 200, 10))) == 0
    assert Escalation.objects.get().exhausted


@pytest.mark.parametrize(("severity", "steps"), [("medium", 0), ("high", 1), ("critical", 1)])
def test_milder_incidents_wait_in_peace(start, chain, people, severity, steps):
    opened(start, severity=severity)

    assert sum(tick(start, 0, 10)) == steps


def test_the_chain_of_the_nearest_severity_counts(start, chain, people):
    worse = EscalationPolicy.objects.create(severity="critical", steps=[{"after": 2, "whom": "managers"}])
    EscalationPolicy.objects.filter(pk=worse.pk).update(created_at=start)
    opened(start)

    assert tick(start, 1, 2) == [0, 1]
    assert told() == [people[2]]


def test_a_chain_that_is_switched_off_tells_nobody(start, chain, people):
    EscalationPolicy.objects.update(enabled=False)
    opened(start)

    assert tick(start, 10, 100) == [0, 0]


def test_what_became_worse_waits_from_then_on(start, chain, people):
    incident = opened(start, severity="low")
    services.set_severity(incident, by=acting(people[2]), severity="critical")

    now = timezone.now()
    assert escalating.escalate(at=now + 9 * MINUTE) == 0
    assert escalating.escalate(at=now + 11 * MINUTE) == 1


def test_what_is_given_back_waits_anew(start, chain, people):
    incident = opened(start)
    tick(start, 10, 20)
    services.take(incident, by=acting(people[2]))
    tick(start, 30)
    services.release(incident, by=acting(people[2]))

    now = timezone.now()
    assert escalating.escalate(at=now) == 0
    assert escalating.escalate(at=now + 11 * MINUTE) == 1
    assert Escalation.objects.get().step == 1


def test_the_on_call_chat_can_be_a_step(start, chain, settings):
    settings.TELEGRAM_BOT_TOKEN = "1:token"
    Chat.objects.create(telegram_id=-100, title="On call", on_call=True)
    EscalationPolicy.objects.update(steps=[{"after": 1, "whom": "chat"}])
    opened(start)

    assert tick(start, 1) == [1]
    assert Delivery.objects.get(notice__kind="incident.untaken").address == "-100"


def test_a_letter_goes_where_telegram_has_not_reached_in_three_minutes(start, chain, people, settings):
    settings.TELEGRAM_BOT_TOKEN = "1:token"
    person = people[0]
    person.telegram_id = 42
    person.save()
    opened(start)
    tick(start, 10)

    first = Delivery.objects.get(notice__recipient=person, channel="telegram")
    letter = Delivery.objects.get(notice__recipient=person, channel="email")
    assert letter.instead_of == first
    assert letter.due_at - first.due_at == 3 * MINUTE


def test_what_was_opened_before_there_was_a_chain_waits_from_then_on(start, people):
    EscalationPolicy.objects.all().delete()
    opened(start - 30 * DAY)
    made = EscalationPolicy.objects.create(severity="high", steps=[{"after": 10, "whom": "managers"}])
    EscalationPolicy.objects.filter(pk=made.pk).update(created_at=start)

    assert tick(start, 9, 10) == [0, 1]


def test_the_beat_escalates(chain, people):
    opened(timezone.now() - 11 * MINUTE)

    jobs.escalate()

    assert told() == [people[1]]  # whose duty it is three days later


def test_what_is_urgent_goes_to_whoever_is_on_duty(people):
    bystander = UserFactory(technician=True)
    now = timezone.now()

    services.report(by=acting(), description="No exchange", severity="critical")
    assert set(Notice.objects.values_list("recipient", flat=True)) == {schedule.now(now).person.pk}

    Duty.objects.all().delete()
    services.report(by=acting(), description="No exchange again", severity="critical")
    assert Notice.objects.filter(recipient=bystander).exists()


def test_one_incident_stands_for_its_storm_until_somebody_takes_one_of_it(start, chain, people):
    storm = Storm.objects.create(integration=IntegrationFactory(), started_at=start, last_at=start)
    opened(start, storm=storm, severity="low")
    first, second, _third = (opened(start, storm=storm) for _number in range(3))

    assert tick(start, 10) == [1]
    assert Event.objects.about(first).filter(verb="notify-on-call").exists()

    services.take(second, by=acting(people[2]))
    assert tick(start, 20, 30, 60) == [0, 0, 0]
