"""Who hears before a promise is broken and when it was: once each, and never in the night."""

from datetime import UTC, datetime

import pytest

from accounts.tests.factories import UserFactory
from notifications.models import Notice
from tickets import jobs
from tickets.models import SlaTarget
from tickets.sla import keeping, warnings
from tickets.tests.factories import TicketFactory
from workflow.tests.together import together

TARGET = {"response_minutes": 60, "resolution_minutes": 240, "warning_share": 75}
TEN = datetime(2026, 7, 21, 10, tzinfo=UTC)


def at(clock):
    return datetime.fromisoformat(f"2026-07-21T{clock}+00:00")


@pytest.fixture
def ticket(db):
    SlaTarget.objects.update_or_create(priority="medium", defaults=TARGET)
    ticket = TicketFactory(
        in_progress=True, created_at=TEN, assignee=UserFactory(technician=True, username="orlov"), first_response_at=TEN
    )
    keeping.keep(ticket)
    UserFactory(manager=True, username="chief")
    return ticket


def told():
    return sorted(Notice.objects.values_list("recipient__username", "kind"))


@pytest.mark.parametrize(
    ("clock", "heard"),
    [
        ("12:59", []),
        ("13:00", [("orlov", "ticket.sla-soon")]),
        ("14:01", [("chief", "ticket.sla-late"), ("orlov", "ticket.sla-late")]),
        ("20:00", []),
    ],
)
def test_a_warning_comes_before_the_end_and_only_at_work(ticket, clock, heard):
    warnings.warn(at=at(clock))

    assert told() == heard


def test_each_stage_is_told_once(ticket):
    for clock in ("13:05", "13:06", "14:05", "14:06", "17:00"):
        warnings.warn(at=at(clock))

    assert told() == [("chief", "ticket.sla-late"), ("orlov", "ticket.sla-late"), ("orlov", "ticket.sla-soon")]


def test_after_a_silence_it_is_said_how_things_stand_now(ticket):
    assert warnings.warn(at=at("16:00")) == 1
    assert {kind for _person, kind in told()} == {"ticket.sla-late"}


@pytest.mark.django_db
def test_of_what_nobody_has_the_managers_hear():
    SlaTarget.objects.update_or_create(priority="medium", defaults=TARGET)
    keeping.keep(TicketFactory(created_at=TEN))
    UserFactory(manager=True, username="chief")

    warnings.warn(at=at("10:50"))

    assert told() == [("chief", "ticket.sla-soon")]


@pytest.mark.parametrize("state", [{"deleted": True}, {"cancelled": True}, {"resolved": True}])
def test_nobody_hears_of_what_is_over(ticket, state):
    type(ticket).objects.all().delete()
    keeping.keep(TicketFactory(created_at=TEN, **state))

    assert warnings.warn(at=at("16:00")) == 0


def test_a_beat_mends_and_warns(ticket, monkeypatch):
    type(ticket).objects.update(due_at=None, resolution_due_at=None, resolution_warn_at=None)

    jobs.keep_promises()

    ticket.refresh_from_db()
    assert ticket.due_at == at("14:00")


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.django_db
def test_a_tick_that_tells_nothing_costs_the_same(rows, django_assert_max_num_queries):
    SlaTarget.objects.update_or_create(priority="medium", defaults=TARGET)
    for _number in range(rows):
        keeping.keep(TicketFactory(created_at=TEN))
    warnings.warn(at=at("10:50"))

    with django_assert_max_num_queries(2):
        assert warnings.warn(at=at("10:51")) == 0


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_warn_once():
    SlaTarget.objects.update_or_create(priority="medium", defaults=TARGET)
    ticket = TicketFactory(in_progress=True, created_at=TEN, first_response_at=TEN)
    keeping.keep(ticket)

    outcomes = together(*[lambda: warnings.warn(at=at("13:30"))] * 4)

    assert sorted(outcomes) == [0, 0, 0, 1]
    assert Notice.objects.count() == 1
