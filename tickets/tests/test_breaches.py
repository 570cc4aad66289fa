"""The list of broken promises, the same by page, API and file."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from tickets.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
API = "/api/v1/tickets/breaches/"


def at(day, hour=12):
    return datetime(2026, 7, day, hour, tzinfo=UTC)


def late(**fields):
    """Answered in time, due on 21 July at noon and not resolved."""
    fields = {"created_at": at(20), "first_response_at": at(20), "response_due_at": at(20, 14), **fields}
    return TicketFactory(in_progress=True, due_at=at(21), resolution_due_at=at(21), **fields)


@pytest.fixture
def orlov():
    return UserFactory(technician=True, username="orlov")


@pytest.fixture
def missed(orlov):
    """Answered two working hours late, resolved in time."""
    return TicketFactory(
        resolved=True, created_at=at(20, 9), response_due_at=at(20, 10), first_response_at=at(20, 12), assignee=orlov,
        resolution_due_at=at(22), resolved_at=at(21), title="No sound",
    )  # fmt: skip


def test_what_is_late_and_what_was_is_listed_with_the_working_time(api, missed):
    waits = late()
    TicketFactory(closed=True, resolution_due_at=at(22), resolved_at=at(21), response_due_at=None)
    late(deleted=True)

    rows = api(UserFactory(manager=True)).get(API).json()["results"]

    assert [row["id"] for row in rows] == [waits.pk, missed.pk]
    assert [(one["promise"], one["waits"]) for one in rows[0]["promises"]] == [("resolution", True)]
    assert rows[1]["promises"] == [
        {"promise": "response", "due_at": "2026-07-20T10:00:00Z", "late_minutes": 120, "waits": False}
    ]


def test_filters_narrow_it(api, missed):
    waits = late(priority="critical")
    client = api(UserFactory(manager=True))

    for query, found in {
        "open=true": [waits.pk], "open=false": [missed.pk], "priority=critical": [waits.pk], "priority=low": [],
        f"assignee={missed.assignee_id}": [missed.pk], "created_before=2026-07-20T10:00:00Z": [missed.pk],
    }.items():  # fmt: skip
        assert [row["id"] for row in client.get(f"{API}?{query}").json()["results"]] == found, query


@pytest.mark.parametrize("query", ["priority=urgent", "assignee=x", "created_after=soon", "ordering=name"])
def test_a_filter_that_means_nothing_is_refused_by_the_api(api, query):
    assert api(UserFactory(manager=True)).get(f"{API}?{query}").status_code == 400


def test_page_and_file_say_the_same(page, missed):
    client = page(UserFactory(manager=True))

    text = client.get("/tickets/breaches/").text
    csv = b"".join(client.get("/tickets/breaches/export/")).decode()

    assert "No sound" in text
    assert "Late 2" in text
    assert f"TKT-{missed.pk},No sound,medium,,orlov,resolved,first response" in csv
    assert ",120,no" in csv
    assert b"".join(client.get("/tickets/breaches/export/?format=xlsx")).startswith(b"PK")


def test_a_technician_reads_their_own_and_plain_users_none(api, page, missed, orlov):
    late()

    assert [row["id"] for row in api(orlov).get(API).json()["results"]] == [missed.pk]
    assert api(UserFactory()).get(API).status_code == 403
    assert page(UserFactory()).get("/tickets/breaches/").status_code == 403


def test_a_quiet_desk_is_told_so(page):
    assert "Nothing was late" in page(UserFactory(manager=True)).get("/tickets/breaches/").text
    assert "Reset" in page(UserFactory(manager=True)).get("/tickets/breaches/?open=true").text


@pytest.mark.parametrize("path", [API, "/tickets/breaches/"])
def test_it_costs_the_same_whatever_its_length(page, path):
    client, costs = page(UserFactory(manager=True)), []
    client.get(path)
    for rows in (1, 30):
        for _number in range(rows):
            late(assignee=UserFactory(technician=True))
        with CaptureQueriesContext(connection) as cost:
            client.get(path)
        costs.append(len(cost))

    assert costs[1] <= costs[0] <= 12
