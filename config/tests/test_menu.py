"""The numbers beside the entries of the menu, and what of it a phone's bar holds."""

from datetime import timedelta

import pytest

from accounts.tests.factories import UserFactory
from config.templatetags.vakhta import bar_for
from tasks.models.task import today
from tasks.tests.factories import TaskFactory
from tickets.tests.factories import TicketFactory
from workflow.navigation import Count, offered_to

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def technician():
    return UserFactory(technician=True)


def counts(user):
    return {item["entry"].name: item["count"] for item in offered_to(user)}


def test_the_desk_counts_what_nobody_has_and_what_is_in_hand(technician):
    TicketFactory(in_progress=True, assignee=technician)
    TicketFactory(in_progress=True)
    assert counts(technician)["tickets"] == Count(1, hot=False)

    TicketFactory()

    assert counts(technician)["tickets"] == Count(2, hot=True)


def test_who_only_asks_counts_what_they_are_to_confirm():
    user = UserFactory()
    TicketFactory(creator=user)
    TicketFactory(resolved=True)
    assert counts(user)["tickets"] == Count(0, hot=False)

    TicketFactory(creator=user, resolved=True)

    assert counts(user)["tickets"] == Count(1, hot=True)


def test_tasks_of_today_and_to_accept_are_counted_and_the_late_are_hot(technician):
    TaskFactory(executor=technician, deadline=today())
    TaskFactory(executor=technician, deadline=today() + timedelta(days=9))
    TaskFactory(author=technician, done=True)
    assert counts(technician)["tasks"] == Count(2, hot=False)

    TaskFactory(executor=technician, late=True)

    assert counts(technician)["tasks"] == Count(3, hot=True)


def test_who_does_neither_has_no_numbers():
    shown = counts(UserFactory(auditor=True))
    assert (shown["tickets"], shown["tasks"]) == (None, None)


@pytest.mark.parametrize("role", [{}, {"technician": True}, {"admin": True}], ids=["user", "technician", "admin"])
@pytest.mark.parametrize("rows", [1, 9])
def test_all_numbers_are_one_query_however_much_there_is(role, rows, django_assert_num_queries):
    user = UserFactory(**role)
    TicketFactory.create_batch(rows)
    TaskFactory.create_batch(rows, executor=user, late=True)

    with django_assert_num_queries(1):
        offered_to(user)


@pytest.mark.parametrize(
    ("role", "second"), [("user", "tickets"), ("technician", "incidents"), ("auditor", "incidents")]
)
def test_the_bar_of_a_phone_holds_what_concerns_its_reader_most(role, second):
    user = UserFactory(role=role)
    assert [item["entry"].name for item in bar_for(offered_to(user), user)] == ["home", second]


def test_the_plus_of_a_phone_offers_all_that_one_may_make(client):
    client.force_login(UserFactory())
    bar = client.get("/incidents/").text.partition('id="bottom-menu"')[2].partition("</nav>")[0]
    assert [f'href="/{noun}/new/"' in bar for noun in ("incidents", "tickets", "tasks", "suspensions")] == [True] * 4


def test_an_auditor_makes_nothing(client):
    client.force_login(UserFactory(auditor=True))
    assert "is-new" not in client.get("/incidents/").text


@pytest.mark.parametrize("mine", [0, 1])
def test_the_way_to_a_ticket_is_on_the_home_page_whatever_there_is(client, mine):
    user = UserFactory()
    TicketFactory.create_batch(mine, creator=user)
    client.force_login(user)
    assert client.get("/tickets/tile/").text.count('href="/tickets/new/"') == 1
