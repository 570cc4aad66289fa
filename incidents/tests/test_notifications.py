from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents import services
from incidents.models import IncidentWatcher
from incidents.oncall.tests.factories import DutyFactory
from incidents.tests.factories import IncidentFactory
from notifications.models import Chat, Delivery, Notice
from workflow.actor import Actor, Channel

pytestmark = pytest.mark.django_db


def acting(user):
    return Actor(user, Channel.PAGE)


@pytest.fixture
def technician():
    return acting(UserFactory(technician=True, first_name="Ilya", last_name="Orlov"))


@pytest.fixture
def watched():
    """An incident with a reporter and one more who said “me too”."""
    incident = IncidentFactory()
    IncidentWatcher.objects.create(incident=incident, user=UserFactory())
    return incident


def told():
    """Who was told what, by kind."""
    return {(notice.kind, notice.recipient) for notice in Notice.objects.select_related("recipient")}


def followers(incident):
    return {incident.reporter, *(watching.user for watching in incident.watchings.all())}


@pytest.mark.parametrize("severity", ["high", "critical"])
def test_an_urgent_report_reaches_all_responders_by_mail_at_once(severity, technician):
    responders = {UserFactory(technician=True), UserFactory(manager=True), UserFactory(admin=True), technician.user}
    for bystander in ({}, {"auditor": True}, {"technician": True, "inactive": True}):
        UserFactory(**bystander)

    services.report(by=acting(UserFactory()), description="All is down", severity=severity)

    assert told() == {("incident.opened", responder) for responder in responders}
    assert Delivery.objects.filter(channel="email", notice__critical=True).count() == 4


def test_whoever_reports_it_knows_already(technician):
    services.report(by=technician, description="All is down", severity="critical")

    assert told() == set()


def test_an_ordinary_report_wakes_nobody(technician):
    services.report(by=acting(UserFactory()), description="Slow", severity="medium")

    assert told() == set()


def snoozed(**fields):
    incident = IncidentFactory(**fields)
    by, until = acting(UserFactory(manager=True)), timezone.now() + timedelta(hours=1)
    services.snooze(incident, by=by, until=until, note="Waits for the provider.")
    services.wake_snoozed(at=until)
    services.wake_snoozed(at=until)
    return incident


def test_the_end_of_a_pause_is_told_to_whoever_has_the_incident(technician):
    snoozed(status="in_progress", assignee=technician.user)

    assert told() == {("incident.woken", technician.user)}
    assert Notice.objects.get().body == "Waits for the provider."


def test_the_end_of_a_pause_of_what_nobody_has_is_told_to_duty_and_the_chat(technician, settings):
    settings.TELEGRAM_BOT_TOKEN = "1:token"
    Chat.objects.create(telegram_id=-100, title="On call", on_call=True)
    now = timezone.now()
    duty = DutyFactory(start=now - timedelta(days=1), finish=now + timedelta(days=1))

    snoozed(severity="low")

    assert told() == {("incident.woken", duty.person), ("incident.woken", None)}
    assert Notice.objects.count() == 2


def test_becoming_urgent_reaches_the_responders(technician):
    incident = IncidentFactory(severity="medium")

    services.set_severity(incident, by=acting(UserFactory(manager=True)), severity="high")

    assert told() == {("incident.escalated", technician.user)}


@pytest.mark.parametrize(("before", "after"), [("critical", "high"), ("low", "medium"), ("high", "high")])
def test_other_changes_of_severity_do_not(before, after, technician):
    incident = IncidentFactory(severity=before)

    services.set_severity(incident, by=acting(UserFactory(manager=True)), severity=after)

    assert told() == set()


@pytest.mark.parametrize(
    ("verb", "state", "kind"),
    [
        (services.take, {}, "incident.taken"),
        (services.resolve, {}, "incident.resolved"),
        (services.close, {}, "incident.closed"),
    ],
)
def test_reporter_and_watchers_are_told(verb, state, kind, watched, technician):
    verb(watched, by=technician, note="Certificate replaced")

    assert told() == {(kind, follower) for follower in followers(watched)}
    assert Notice.objects.first().body == "Ilya Orlov: Certificate replaced"
    assert Notice.objects.first().url == watched.get_absolute_url()


def test_reopening_tells_whoever_had_it_as_well(technician):
    incident = IncidentFactory(resolved=True)

    services.reopen(incident, by=technician)

    assert told() == {("incident.reopened", incident.reporter), ("incident.reopened", incident.assignee)}


def test_a_comment_reaches_all_but_its_author(watched, technician):
    services.take(watched, by=technician)
    Notice.objects.all().delete()

    services.comment(watched, by=acting(watched.reporter), text="Still down")

    watcher = watched.watchings.get().user
    assert told() == {("incident.commented", watcher), ("incident.commented", technician.user)}


def test_the_assignee_is_told(technician):
    services.assign(IncidentFactory(), by=acting(UserFactory(manager=True)), assignee=technician.user)

    assert told() == {("incident.assigned", technician.user)}


def test_whoever_takes_it_oneself_is_not(technician):
    services.assign(IncidentFactory(), by=technician, assignee=technician.user)

    assert told() == set()


def test_each_reads_their_own_language(technician):
    incident = IncidentFactory(reporter=UserFactory(language="ru"))

    services.take(incident, by=technician)

    assert Notice.objects.get().title == f"В работе: ИНЦ-{incident.pk} No exchange with the depositary"


def test_a_refused_change_tells_nobody(technician):
    incident = IncidentFactory(closed=True)

    with pytest.raises(Exception, match="cannot become"):
        services.resolve(incident, by=technician)

    assert told() == set()


def test_telling_many_costs_as_much_as_telling_one(technician, django_assert_max_num_queries):
    counts = []
    for watchers in (1, 50):
        incident = IncidentFactory()
        for user in UserFactory.create_batch(watchers):
            IncidentWatcher.objects.create(incident=incident, user=user)
        with django_assert_max_num_queries(20) as queries:
            services.take(incident, by=technician)
        counts.append(len(queries))

    assert counts[0] == counts[1]
