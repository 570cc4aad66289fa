"""The list of a period has the cases that its report has, and the form the processes of any time."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory
from suspensions.tests.limiting import count_by, down, local

pytestmark = pytest.mark.django_db
LIST = "/api/v1/suspensions/"


@pytest.fixture
def july():
    """Three cases of July, one of them running over its first midnight; and two that only touch its edges."""
    count_by("calendar")
    process = TechProcessFactory()
    inside = [
        down(process, local(2025, 6, 30, 23), local(2025, 7, 1, 1)),
        down(process, local(2025, 7, 10, 10), local(2025, 7, 10, 11)),
        down(process, local(2025, 7, 31, 23, 59), local(2025, 8, 2)),
    ]
    down(process, local(2025, 6, 30, 22), local(2025, 7, 1))
    down(process, local(2025, 8, 1), local(2025, 8, 1, 1))
    return {case.pk for case in inside}


@pytest.mark.parametrize("until", ["touches_before=2025-08-01", "touches_until=2025-07-31"])
def test_the_list_of_a_period_has_the_cases_of_its_report(api, july, until):
    client = api(UserFactory(manager=True, time_zone="America/New_York"))
    listed = client.get(f"{LIST}?touches_after=2025-07-01&{until}").json()
    report = client.get(f"{LIST}analytics/?start=2025-07-01&finish=2025-08-01").json()

    assert {row["id"] for row in listed["results"]} == july
    assert report["count"] == len(july)


def test_the_page_and_its_file_take_two_days(page, july):
    client = page(UserFactory(manager=True, language="en"))
    asked = "?touches_after=2025-07-01&touches_until=2025-07-31"
    shown = client.get(f"/suspensions/{asked}")

    assert {case.pk for case in shown.context["page"]} == july
    assert "01.07.2025 – 31.07.2025" in shown.text
    file = b"".join(client.get(f"/suspensions/export/{asked}&format=json"))
    assert len(json.loads(file)) == len(july)


@pytest.mark.parametrize("asked", ["touches_until=9999-12-31", "touches_after=0001-01-01", "touches_until=soon"])
def test_a_period_that_means_nothing_is_refused(api, asked):
    assert api(UserFactory()).get(f"{LIST}?{asked}").status_code == 400


# Processes of another time


def record(page, process, start):
    body = {
        "processes": [process.pk], "risk_source": RiskSourceFactory().pk, "start": f"{start:%Y-%m-%dT%H:%M}",
        "finish": f"{start + timedelta(minutes=30):%Y-%m-%dT%H:%M}", "kind": "outage", "currency": "RUB",
    }  # fmt: skip
    return page(UserFactory(language="en")).post("/suspensions/new/", body)


def test_downtime_of_last_week_is_recorded_on_a_process_that_has_ended(page):
    ended = TechProcessFactory(name="Custody", active_to=timezone.localdate() - timedelta(days=3))
    shown = page(UserFactory(language="en")).get("/suspensions/new/").text
    assert "Custody (to" in shown

    assert record(page, ended, timezone.now() - timedelta(days=7)).status_code == 302
    assert Suspension.objects.get().process == ended


def test_a_process_that_had_ended_by_then_is_refused_at_the_processes(page):
    ended = TechProcessFactory(active_from=date(2020, 1, 1), active_to=timezone.localdate() - timedelta(days=9))
    refused = record(page, ended, timezone.now() - timedelta(days=7))

    assert "was not active on that day" in str(refused.context["form"].errors["processes"])
    assert not Suspension.objects.exists()


def test_processes_of_today_stand_first(page):
    TechProcessFactory(number="1", name="Old", active_to=timezone.localdate() - timedelta(days=3))
    TechProcessFactory(number="2", name="New")
    shown = page(UserFactory()).get("/suspensions/new/").text

    assert shown.index("New") < shown.index("Old")
