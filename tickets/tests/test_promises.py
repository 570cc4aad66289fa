"""What is stored of promises is what the reckoning says, whatever changes; chips say how long is left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import organisation
from accounts import services as accounts
from accounts.calendar_text import Day
from accounts.tests.factories import UserFactory
from tickets import services
from tickets.desk import dictionaries
from tickets.models import Pause, SlaTarget, Ticket
from tickets.sla import keeping
from tickets.sla.reckoning import Clock, Standstill, State
from tickets.sla.standing import columns, pressing, standing
from tickets.templatetags.desk import words
from tickets.tests.factories import TicketFactory
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 7, 24, 17, 30, tzinfo=UTC)
MONDAY = datetime(2026, 7, 27, 12, 30, tzinfo=UTC)


@pytest.fixture
def admin():
    return actor_of(UserFactory(admin=True))


@pytest.fixture
def manager():
    return actor_of(UserFactory(manager=True))


@pytest.fixture
def technician():
    return UserFactory(technician=True)


def promised(priority="medium", response=60, resolution=240, share=80):
    fields = {"response_minutes": response, "resolution_minutes": resolution, "warning_share": share}
    return SlaTarget.objects.update_or_create(priority=priority, defaults=fields)[0]


def filed(at=FRIDAY, **fields):
    ticket = TicketFactory(created_at=at, **fields)
    keeping.keep(ticket)
    return ticket


def expected(ticket):
    """The due moments by the reckoning, from nothing that is stored of them."""
    ticket.refresh_from_db()
    target = SlaTarget.objects.get(priority=ticket.priority)
    pauses = [Standstill(pause.start, pause.finish) for pause in ticket.pauses.all()]
    working = organisation.working_time()

    def due(minutes, stopped):
        return Clock(working, ticket.created_at, minutes, pauses, stopped).due if minutes else None

    return due(target.response_minutes, ticket.answered_at), due(target.resolution_minutes, ticket.resolved_at)


def stored(ticket):
    ticket.refresh_from_db()
    return ticket.response_due_at, ticket.resolution_due_at


def test_four_hours_from_friday_evening_are_stored_as_monday():
    promised()

    ticket = filed()

    assert ticket.resolution_due_at == MONDAY
    assert ticket.response_due_at == ticket.due_at == datetime(2026, 7, 27, 9, 30, tzinfo=UTC)


def test_a_ticket_is_promised_something_when_it_is_filed():
    promised("high")

    ticket = services.create(by=actor_of(UserFactory()), title="No sound", priority="high")

    assert None not in stored(ticket)
    assert stored(ticket) == expected(ticket)


def test_nothing_is_promised_where_no_target_stands():
    promised(response=None, resolution=None)

    ticket = filed()

    assert (ticket.due_at, stored(ticket)) == (None, (None, None))
    assert standing(columns(ticket), "response", FRIDAY, organisation.working_time()) is None


def test_another_priority_promises_something_else_at_once(manager):
    promised()
    promised("critical", 15, 60)
    ticket = filed()

    services.set_priority(ticket, by=manager, priority="critical")

    assert ticket.resolution_due_at == datetime(2026, 7, 27, 9, 30, tzinfo=UTC)
    assert stored(ticket) == expected(ticket)


def test_another_promise_holds_at_once_for_all_open_tickets(admin):
    target = promised()
    other = promised("low")
    tickets = [filed() for _number in range(3)]
    untouched = filed(priority="low")
    was = stored(untouched)

    dictionaries.edit_target(target, by=admin, resolution_minutes=300)

    assert other.version == 1
    assert {stored(ticket) for ticket in tickets} == {expected(tickets[0])}
    assert tickets[0].resolution_due_at == MONDAY + timedelta(hours=1)
    assert stored(untouched) == was


def test_a_holiday_that_is_entered_puts_off_what_is_due(admin):
    promised()
    ticket = filed()

    holiday = Day(date(2026, 7, 27), "", "Day off")
    accounts.set_day(organisation.current().calendar, by=admin, day=holiday)

    assert stored(ticket) == expected(ticket)
    assert ticket.resolution_due_at == MONDAY + timedelta(days=1)


def test_other_hours_and_another_time_zone_count_at_once(admin):
    promised()
    ticket = filed()

    accounts.edit_week(organisation.current().calendar, by=admin, monday="10:00-18:00")
    assert ticket.resolution_due_at == MONDAY
    assert stored(ticket) == expected(ticket)
    assert ticket.resolution_due_at == MONDAY + timedelta(hours=1)
    accounts.edit_organisation(organisation.current(), by=admin, time_zone="Europe/Moscow")

    assert stored(ticket) == expected(ticket)
    assert ticket.resolution_due_at == datetime(2026, 7, 27, 11, tzinfo=UTC)


def test_what_is_resolved_is_judged_by_what_was_promised_then(admin, manager):
    target = promised("medium", 60, 240)
    ticket = TicketFactory(in_progress=True)
    services.resolve(ticket, by=manager)
    was = stored(ticket)

    dictionaries.edit_target(target, by=admin, response_minutes=1, resolution_minutes=1)
    keeping.renew()

    assert stored(ticket) == was
    assert ticket.due_at is None


def test_while_the_creator_is_waited_for_nothing_is_due(technician):
    promised()
    ticket = TicketFactory(in_progress=True, assignee=technician, first_response_at=timezone.now())
    keeping.keep(ticket)

    services.wait(ticket, by=actor_of(technician))
    assert (ticket.due_at, ticket.resolution_due_at) == (None, None)
    state = pressing(columns(ticket), timezone.now(), organisation.working_time())
    services.comment(ticket, by=actor_of(ticket.creator), text="The one by the door.")

    assert state.state == State.PAUSED
    assert ticket.due_at is not None
    assert stored(ticket) == expected(ticket)


def test_the_time_until_it_was_reopened_is_not_the_desks():
    promised()
    ticket = filed(resolved=True)
    Ticket.objects.filter(pk=ticket.pk).update(resolved_at=FRIDAY + timedelta(minutes=10))
    ticket = Ticket.objects.get(pk=ticket.pk)

    services.reopen(ticket, by=actor_of(UserFactory(manager=True)))

    pause = Pause.objects.get()
    assert (pause.start, pause.finish > pause.start) == (FRIDAY + timedelta(minutes=10), True)
    assert stored(ticket)[1] == expected(ticket)[1]
    assert ticket.resolution_due_at > timezone.now()


def test_an_answer_keeps_the_first_promise_only(technician):
    promised()
    ticket = services.create(by=actor_of(UserFactory()), title="No sound")
    due = ticket.due_at

    services.comment(ticket, by=actor_of(technician), text="Which room?")

    assert due == ticket.response_due_at
    assert ticket.due_at == ticket.resolution_due_at
    assert ticket.response_seconds is not None
    assert stored(ticket) == expected(ticket)


@pytest.mark.parametrize("verb", ["cancel", "delete"])
def test_what_is_given_up_is_due_no_more(verb, admin):
    promised()
    ticket = services.create(by=admin, title="No sound")

    getattr(services, verb)(ticket, by=admin, note="Not needed.")

    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.resolution_due_at) == (None, None)


def test_what_is_restored_is_due_again(admin):
    promised()
    ticket = services.create(by=admin, title="No sound")
    services.delete(ticket, by=admin, note="Twice.")

    services.undelete(ticket, by=admin)

    assert None not in stored(ticket)
    assert stored(ticket) == expected(ticket)


def test_a_tick_mends_what_was_stored_wrongly_and_nothing_else():
    promised()
    wrong, right = filed(), filed()
    Ticket.objects.filter(pk=wrong.pk).update(due_at=FRIDAY, resolution_due_at=FRIDAY)
    version = wrong.version

    assert keeping.renew() == 1
    assert keeping.renew() == 0
    assert stored(wrong) == expected(wrong) == stored(right)
    assert wrong.version == version


@pytest.mark.parametrize("rows", [1, 40])
def test_renewing_costs_the_same_whatever_their_number(rows, django_assert_max_num_queries):
    promised()
    for _number in range(rows):
        filed()

    with django_assert_max_num_queries(6):
        keeping.renew()


def test_lists_put_the_nearest_deadline_first_and_what_stands_last(technician):
    promised()
    late, soon = filed(at=FRIDAY), filed(at=FRIDAY - timedelta(days=1))
    over = filed(closed=True)

    assert list(Ticket.objects.by_due()) == [soon, late, over]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 7, 24, 17, 45, tzinfo=UTC), "left 3 h 45 min"),
        (datetime(2026, 7, 25, 12, 0, tzinfo=UTC), "left 3 h 30 min"),
        (datetime(2026, 7, 27, 12, 0, tzinfo=UTC), "left 30 min"),
        (datetime(2026, 7, 27, 12, 30, 1, tzinfo=UTC), "late 1 min"),
        (datetime(2026, 7, 27, 13, 10, tzinfo=UTC), "late 40 min"),
    ],
)
def test_a_chip_says_how_much_working_time_is_left(at, said):
    promised()
    ticket = filed(first_response_at=FRIDAY)

    shown = pressing(columns(ticket), at, organisation.working_time())

    assert words(shown).replace("\u00a0", " ") == said


def test_what_fell_due_at_closing_time_is_late_in_the_night():
    promised(resolution=30, response=30)
    ticket = filed(first_response_at=FRIDAY)

    shown = pressing(columns(ticket), datetime(2026, 7, 24, 22, tzinfo=UTC), organisation.working_time())

    assert (shown.state, words(shown).replace("\u00a0", " ")) == (State.LATE, "late 1 min")
