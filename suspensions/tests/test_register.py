"""What came true of a risk, year by year."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts import organisation
from accounts.models import Organisation
from incidents.tests.factories import IncidentFactory
from suspensions.models import Segment
from suspensions.register import RiskYear, years_of, years_of_all
from suspensions.tests.factories import RiskFactory, SuspensionFactory

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2025, 7, 1, 12, tzinfo=MOSCOW)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=MOSCOW)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def moscow():
    Organisation.objects.update(time_zone="Europe/Moscow")
    organisation.forget()


@pytest.fixture
def risk():
    return RiskFactory()


def down(risk, start, finish=None, **fields):
    status = {"status": "restored", "finish": finish} if finish else {}
    case = SuspensionFactory(start=start, **status, **fields)
    risk.suspensions.add(case)
    return case


def test_an_outage_of_three_processes_is_one_event_of_its_own_length(risk):
    incident = IncidentFactory()
    for late in range(3):
        down(risk, NOON + late * HOUR, NOON + 4 * HOUR, incident=incident, loss=Decimal("100.50"), currency="RUB")

    assert years_of(risk, NOON + 9 * HOUR) == [RiskYear(2025, 1, 240.0, {"RUB": "301.50"})]


def test_cases_of_their_own_are_events_of_their_own_and_overlap_once(risk):
    down(risk, NOON, NOON + 2 * HOUR)
    down(risk, NOON + HOUR, NOON + 3 * HOUR)
    down(risk, NOON + 5 * HOUR, NOON + 6 * HOUR, incident=IncidentFactory())

    assert years_of(risk, NOON + 9 * HOUR) == [RiskYear(2025, 3, 240.0, {})]


def test_over_new_year_the_event_is_of_the_old_one_and_the_downtime_of_both(risk):
    incident = IncidentFactory()
    for late in (0, 2):
        down(risk, NEW_YEAR - HOUR + late * HOUR, NEW_YEAR + 2 * HOUR, incident=incident)

    assert years_of(risk, NEW_YEAR + 9 * HOUR) == [RiskYear(2026, 0, 120.0, {}), RiskYear(2025, 1, 60.0, {})]


def test_a_good_gap_counts_nothing_and_what_runs_counts_to_now(risk):
    case = down(risk, NOON)
    case.segments.update(finish=NOON + HOUR)
    Segment.objects.create(suspension=case, start=NOON + 3 * HOUR, degradation=1)

    assert years_of(risk, NOON + 5 * HOUR) == [RiskYear(2025, 1, 180.0, {})]


def test_what_is_announced_has_not_come_true(risk):
    down(risk, NOON, planned=True)

    assert years_of(risk, NOON - HOUR) == []
    assert years_of(risk, NOON + HOUR) == [RiskYear(2025, 1, 60.0, {})]


def test_a_risk_without_cases_has_no_years(risk):
    assert years_of(risk) == []


def test_several_risks_are_told_as_each_alone(risk):
    other, none = RiskFactory(), RiskFactory()
    shared = down(risk, NOON, NOON + 2 * HOUR, loss=Decimal(5), currency="USD")
    other.suspensions.add(shared)
    down(other, NOON + HOUR, NOON + 3 * HOUR)
    down(other, NOON + 5 * HOUR, planned=True)
    at, risks = NOON + 9 * HOUR, [risk, other, none]

    assert years_of_all(risks, at) == {one.pk: years_of(one, at) for one in risks}
    assert years_of_all([risk], at) == {risk.pk: [RiskYear(2025, 1, 120.0, {"USD": "5.00"})]}
