"""MTTA and MTTR against figures worked out by hand; page, API and file say the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.oncall.response import Reading
from incidents.oncall.tests.factories import DAY, DutyFactory
from incidents.tests.factories import IncidentFactory

pytestmark = pytest.mark.django_db
API = "/api/v1/oncall/response-times/"


def answered(opened, take=None, resolve=None, **fields):
    """An incident taken and resolved so many minutes after it was opened; None: it was not."""
    trait = {"resolved": True} if resolve is not None else {"in_progress": True} if take is not None else {}
    incident = IncidentFactory(**trait, **fields)
    times = {
        "created_at": opened,
        "acknowledged_at": None if take is None else opened + timedelta(minutes=take),
        "resolved_at": None if resolve is None else opened + timedelta(minutes=resolve),
    }
    Incident.objects.filter(pk=incident.pk).update(**times)


@pytest.fixture
def orlov():
    """Taken after 2, 4 and 12 minutes: mean 6, median 4. Resolved after 30, 60 and 180: mean 90, median 60."""
    day = timezone.now() - 10 * DAY
    duty = DutyFactory(start=day - DAY, finish=day + DAY, person__username="orlov")
    answered(day, 2, 30, severity="critical")
    answered(day, 4, 60, severity="critical")
    answered(day, 12, None, severity="high")
    answered(day + 2 * DAY, None, 180, severity="low")  # resolved by nobody's taking, with nobody on duty
    answered(day, None, None, snoozed=True)
    answered(day, 1, 1, deleted=True)
    answered(day - 100 * DAY, 600, 6000)
    return duty.person


EXPECTED = {
    "total": 5, "taken": 3, "mean_to_take": 360, "median_to_take": 240, "resolved": 3, "mean_to_resolve": 5400,
    "median_to_resolve": 3600, "unresolved": 2, "put_off": 1,
}  # fmt: skip


def test_the_figures_are_those_worked_out_by_hand(api, orlov):
    shown = api(UserFactory(manager=True)).get(API).json()

    assert shown["total"] == EXPECTED
    critical = next(line for line in shown["severities"] if line["severity"] == "critical")
    assert (critical["mean_to_take"], critical["mean_to_resolve"], critical["taken"]) == (180, 2700, 2)
    assert [(line["person"] and line["person"]["id"], line["total"]) for line in shown["people"]] == [
        (orlov.pk, 4),
        (None, 1),
    ]


def test_page_and_file_say_the_same(page, orlov):
    client = page(UserFactory(auditor=True))

    assert client.get("/oncall/response/").context["reading"].total.as_dict() == EXPECTED
    text = b"".join(client.get("/oncall/response/export/?format=csv")).decode()
    assert ",5,3,6.0,4.0,3,90.0,60.0,2,1" in text
    assert b"".join(client.get("/oncall/response/export/")).startswith(b"PK")


def test_a_year_reaches_further_than_a_month(orlov):
    totals = [Reading(period, timezone.now()).total.total for period in ("month", "quarter", "year")]

    assert totals == [5, 5, 6]


def test_nothing_has_no_mean(api):
    total = api(UserFactory(manager=True)).get(API).json()["total"]

    assert (total["total"], total["mean_to_take"], total["median_to_resolve"]) == (0, None, None)


def test_what_is_closed_without_being_resolved_ends_with_its_closing():
    now = timezone.now()
    answered(now - DAY, 1, 1)
    Incident.objects.update(
        status="closed", resolved_at=None, resolved_by=None, closed_at=now - DAY + timedelta(hours=2),
        closed_by=UserFactory(),
    )  # fmt: skip

    assert Reading("month", now).total.mean_to_resolve == 7200


def test_an_unknown_period_is_refused(api):
    assert api(UserFactory(manager=True)).get(f"{API}?period=era").status_code == 400


@pytest.mark.parametrize("path", [API, "/oncall/response/"])
def test_how_others_answer_is_not_for_everybody(page, path):
    assert page(UserFactory(technician=True)).get(path).status_code == 403


def test_whoever_has_left_keeps_their_figures(orlov):
    orlov.is_active = False
    orlov.save()

    assert [line.key for line in Reading("month", timezone.now()).people] == [orlov, None]


def test_figures_cost_the_same_whatever_their_number():
    costs = []
    for rows in (1, 30):
        for _row in range(rows):
            answered(timezone.now() - DAY, 1, 2)
        with CaptureQueriesContext(connection) as cost:
            reading = Reading("month", timezone.now())
            assert (reading.total.resolved, len(reading.people)) == (Incident.objects.count(), 1)
        costs.append(len(cost))

    assert costs == [3, 3]  # one of them is the count of this test
