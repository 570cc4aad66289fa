"""Who delivered what and when: figures worked out by hand, and who may read whose."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from tasks.models.task import today
from tasks.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
API = "/api/v1/tasks/analytics/"


def ended(executor, deadline_in, done_in, **fields):
    """A task due so many days from today, reported done so many days from today."""
    day = today() + timedelta(days=done_in)
    deadline = today() + timedelta(days=deadline_in)
    done_at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return TaskFactory(
        done=True, executor=executor, start=deadline, deadline=deadline, done_at=done_at, **fields
    )  # fmt: skip


@pytest.fixture
def orlov():
    """Two on time, one 3 days late, one overdue for 5 days, one not due yet, one cancelled."""
    orlov = UserFactory(username="orlov", department="IT")
    ended(orlov, -10, -10)
    ended(orlov, -10, -12)
    ended(orlov, -10, -7)
    overdue = today() - timedelta(days=5)
    TaskFactory(executor=orlov, start=overdue, deadline=overdue)
    TaskFactory(executor=orlov, deadline=today())
    TaskFactory(executor=orlov, cancelled=True, deadline=today())
    return orlov


EXPECTED = {
    "total": 5, "done": 3, "on_time": 2, "overdue": 1, "on_time_share": 50.0, "mean_lateness": 4.0,
    "median_lateness": 4.0,
}  # fmt: skip


def test_the_figures_are_those_worked_out_by_hand(api, orlov):
    shown = api(UserFactory(manager=True)).get(API).json()

    assert shown["total"] == EXPECTED
    assert [line["person"]["id"] for line in shown["people"]] == [orlov.pk]
    assert [(line["department"], line["total"]) for line in shown["departments"]] == [("IT", 5)]
    assert sum(line["total"] for line in shown["trend"]) == 5


def test_page_and_file_say_the_same(page, orlov):
    client = page(UserFactory(manager=True))

    assert client.get("/tasks/analytics/").context["reading"].total.as_dict() == EXPECTED
    assert "orlov,5,3,2,1,50.0,4.0,4.0" in b"".join(client.get("/tasks/analytics/export/?format=csv")).decode()
    book = client.get("/tasks/analytics/export/")
    assert b"".join(book).startswith(b"PK")


def test_issued_tasks_are_counted_for_their_authors(api):
    author = UserFactory()
    ended(UserFactory(), -1, -1, author=author)

    shown = api(author).get(f"{API}?role=issued").json()

    assert [(line["person"]["id"], line["on_time"]) for line in shown["people"]] == [(author.pk, 1)]


def test_people_read_their_own_record_alone(api, orlov):
    stranger = UserFactory()

    assert api(stranger).get(API).json()["total"]["total"] == 0
    assert api(stranger).get(f"{API}?user={orlov.pk}").status_code == 403
    assert api(orlov).get(API).json()["total"] == EXPECTED
    assert api(UserFactory(auditor=True)).get(f"{API}?user={orlov.pk}").json()["total"] == EXPECTED


def test_nothing_is_not_a_bad_record(api):
    total = api(UserFactory()).get(API).json()["total"]

    assert (total["total"], total["on_time_share"], total["mean_lateness"]) == (0, None, None)


@pytest.mark.parametrize(
    "query",
    ["start=soon", "start=2026-02-01&finish=2026-01-01", "role=both", "user=none", "start=0001-01-01", "user=99999"],
)
def test_what_means_nothing_is_refused(api, page, query):
    user = UserFactory()

    assert api(user).get(f"{API}?{query}").status_code == 400
    assert page(user).get(f"/tasks/analytics/?{query}").status_code == 400


@pytest.mark.parametrize("path", [API, "/tasks/analytics/"])
def test_figures_cost_the_same_whatever_their_number(page, path):
    client, costs = page(UserFactory(manager=True)), []
    client.get(path)
    for rows in (1, 49):
        TaskFactory.create_batch(rows)
        with CaptureQueriesContext(connection) as cost:
            client.get(path)
        costs.append(len(cost))

    assert costs[1] <= costs[0]
