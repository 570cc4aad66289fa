"""What the creator says of the result: it did not help, for a while; how content they are, once it is resolved."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.tests.factories import UserFactory
from tickets import services
from tickets.desk.rating import rate
from tickets.models import Ticket
from tickets.tests.factories import TicketFactory
from workflow.models import Conflict, Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


def closed(days):
    moment = timezone.now() - timedelta(days=days)
    return TicketFactory(closed=True, created_at=moment, resolved_at=moment, closed_at=moment)


def test_a_creator_reopens_within_some_days(settings):
    settings.TICKET_REOPEN_DAYS = 5
    ticket = closed(4)

    services.reopen(ticket, by=actor_of(ticket.creator), note="Again.")

    assert ticket.status == "in_progress"


def test_later_a_new_ticket_is_filed(settings):
    settings.TICKET_REOPEN_DAYS = 5
    ticket = closed(6)

    with pytest.raises(Conflict, match="5 days ago: file a new ticket"):
        services.reopen(ticket, by=actor_of(ticket.creator))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.pauses.count()) == ("closed", 0)


def test_whoever_leads_the_desk_reopens_at_any_time(settings):
    settings.TICKET_REOPEN_DAYS = 5
    ticket = closed(400)

    services.reopen(ticket, by=actor_of(UserFactory(manager=True)))

    assert ticket.status == "in_progress"


def test_a_mark_confirms_what_was_resolved():
    ticket = TicketFactory(resolved=True)

    rate(ticket, by=actor_of(ticket.creator), satisfaction=5, note="Quick.")

    assert (ticket.status, ticket.satisfaction, ticket.satisfaction_note) == ("closed", 5, "Quick.")
    assert [event.verb for event in Event.objects.about(ticket)] == ["close", "rate"]


def test_a_mark_can_be_changed_afterwards():
    ticket = TicketFactory(closed=True)
    by = actor_of(ticket.creator)

    rate(ticket, by=by, satisfaction=5)
    rate(ticket, by=by, satisfaction=2)

    assert Ticket.objects.get(pk=ticket.pk).satisfaction == 2


@pytest.mark.parametrize("mark", [0, 6, -1])
def test_marks_go_from_one_to_five(mark):
    ticket = TicketFactory(closed=True)

    with pytest.raises(ValidationError):
        rate(ticket, by=actor_of(ticket.creator), satisfaction=mark)


@pytest.mark.parametrize("state", [{}, {"in_progress": True}, {"cancelled": True}, {"merged": True}, {"deleted": True}])
def test_what_is_not_resolved_is_not_judged(state):
    ticket = TicketFactory(**state)

    with pytest.raises(Conflict):
        rate(ticket, by=actor_of(ticket.creator), satisfaction=5)


def test_nobody_judges_for_the_creator():
    for person in (UserFactory(), UserFactory(technician=True), UserFactory(manager=True), UserFactory(admin=True)):
        with pytest.raises(PermissionDenied):
            rate(TicketFactory(closed=True), by=actor_of(person), satisfaction=5)
