"""Who hears that a ticket was filed, and by what it reaches them."""

import pytest

from accounts.tests.factories import UserFactory
from notifications.kinds import EMAIL
from notifications.models import Delivery, Notice
from notifications.tests.smtp import mailers
from tasks import notifications as tasks
from tickets import notifications, services
from tickets.tests.factories import CategoryFactory, TicketFactory
from workflow.tests.actors import actor_of


@pytest.fixture
def desk(db):
    for role in ("technician", "manager", "auditor"):
        UserFactory(**{role: True, "username": role})
    UserFactory(username="gusev")


def filed(creator=None, **fields):
    creator = creator or UserFactory(username="creator")
    return services.create(by=actor_of(creator), title="The printer does not print", **fields)


def told():
    return sorted(Notice.objects.values_list("recipient__username", "kind"))


def test_whoever_may_take_it_hears_of_a_ticket_that_nobody_has(desk):
    filed(description="Room 12.")

    assert told() == [("manager", "ticket.filed"), ("technician", "ticket.filed")]
    assert "Room 12." in Notice.objects.first().body


@pytest.mark.parametrize(("priority", "letters"), [("medium", 0), ("high", 2), ("critical", 2)])
def test_only_the_urgent_one_comes_by_letter_too(desk, settings, priority, letters):
    settings.MAILERS = mailers(1)
    filed(priority=priority)

    assert Delivery.objects.filter(channel=EMAIL).count() == letters


def test_an_urgent_one_is_no_alarm_that_breaks_quiet_hours(desk):
    filed(priority="critical")

    assert not Notice.objects.filter(critical=True).exists()


def test_a_ticket_with_a_usual_assignee_is_told_to_them_alone(desk):
    orlov = UserFactory(technician=True, username="orlov")
    filed(category=CategoryFactory(default_assignee=orlov))

    assert told() == [("orlov", "ticket.assigned")]


def test_whoever_files_it_themselves_hears_nothing(desk):
    filed(UserFactory(technician=True, username="orlov"))

    assert {person for person, _kind in told()} == {"manager", "technician"}


def test_the_kinds_stand_in_the_settings_of_the_desk_alone(db):
    assert [notifications.FILED.shown_to(UserFactory(**role)) for role in ({}, {"technician": True})] == [False, True]


@pytest.mark.parametrize("kind", [notifications.WAITING, notifications.RESOLVED, tasks.SET], ids=lambda kind: kind.name)
def test_what_waits_for_an_answer_comes_by_letter_too(kind):
    assert EMAIL in kind.ways
    assert not kind.is_fixed


def test_one_that_comes_back_to_the_queue_is_told_to_the_desk_again(desk):
    orlov, creator = UserFactory(technician=True, username="orlov"), UserFactory(username="creator")
    ticket = TicketFactory(creator=creator, assignee=orlov, resolved=True)
    orlov.is_active = False
    orlov.save()
    services.reopen(ticket, by=actor_of(creator), note="It smokes.")

    assert told() == [("manager", "ticket.back"), ("technician", "ticket.back")]
    assert "It smokes." in Notice.objects.first().body


def test_one_that_a_manager_takes_from_somebody_is_told_to_the_desk(desk):
    orlov = UserFactory(technician=True, username="orlov")
    ticket = TicketFactory(assignee=orlov, status="assigned")
    services.assign(ticket, by=actor_of(UserFactory(manager=True, username="boss")), assignee=None)

    assert told() == [(name, "ticket.back") for name in ("manager", "orlov", "technician")]
