"""The risk register: its links as both timelines tell them, and who is reminded of a review."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.tests.factories import UserFactory, acting
from notifications.models import Notice
from suspensions import services
from suspensions.models import Risk
from suspensions.tests.factories import RiskFactory, SuspensionFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 7, 23, 9, tzinfo=UTC)  # noon in Moscow
SCORES = {"likelihood": 4, "impact": 4, "residual_likelihood": 2, "residual_impact": 3}


@pytest.fixture
def manager():
    return UserFactory(manager=True)


def told_of(case):
    return [(event.verb, event.internal, event.note) for event in Event.objects.about(case)]


def test_a_case_knows_of_the_risk_that_was_made_of_it(manager):
    case = SuspensionFactory()

    risk = services.create_risk(by=acting(manager), code="R-1", title="The line", suspensions=[case], **SCORES)

    assert told_of(case) == [("link-risk", True, str(risk))]


def test_cases_that_an_edit_takes_and_gives_both_say_so(manager):
    old, kept, new = SuspensionFactory.create_batch(3)
    risk = RiskFactory()
    risk.suspensions.set([old, kept])

    services.edit_risk(risk, by=acting(manager), suspensions=[kept, new])

    assert [[verb for verb, _internal, _note in told_of(case)] for case in (old, kept, new)] == [
        ["unlink-risk"], [], ["link-risk"],
    ]  # fmt: skip


def test_a_case_is_taken_away_once_and_both_say_so(manager):
    risk, case = RiskFactory(), SuspensionFactory()
    services.link(risk, by=acting(manager), suspension=case)

    for _twice in range(2):
        services.unlink(risk, by=acting(manager), suspension=case)

    assert not risk.suspensions.exists()
    assert [verb for verb, _internal, _note in told_of(case)] == ["link-risk", "unlink-risk"]
    assert [event.verb for event in Event.objects.about(risk)] == ["link", "unlink"]
    with pytest.raises(PermissionDenied):
        services.unlink(risk, by=acting(UserFactory()), suspension=case)


def test_the_api_links_and_takes_away(api, manager):
    risk, case = RiskFactory(), SuspensionFactory()
    path, client = f"/api/v1/risks/{risk.pk}", api(manager)

    assert client.post(f"{path}/link/", {"suspension": case.pk}).json()["suspensions"] == [case.pk]
    assert client.post(f"{path}/unlink/", {"suspension": case.pk}).json()["suspensions"] == []
    assert client.post(f"{path}/unlink/", {"suspension": 10**9}).status_code == 400
    assert api(UserFactory(auditor=True)).post(f"{path}/link/", {"suspension": case.pk}).status_code == 403


def test_a_risk_keeps_the_case_that_was_called_off(api, manager):
    risk, case = RiskFactory(), SuspensionFactory(planned=True, status="called_off")
    sent = {"suspensions": [case.pk], "title": "Renamed"}

    assert api(manager).patch(f"/api/v1/risks/{risk.pk}/", sent, format="json").json()["suspensions"] == [case.pk]
    assert api(manager).post(f"/api/v1/risks/{risk.pk}/unlink/", {"suspension": case.pk}).status_code == 200


def test_the_page_takes_a_case_away(page, manager):
    risk, case, other = RiskFactory(), SuspensionFactory(), SuspensionFactory()
    risk.suspensions.add(case)
    path = f"/suspensions/risks/{risk.pk}/unlink/"

    assert page(manager).post(path, {"suspension": other.pk}).status_code == 400
    assert page(manager).post(path, {"suspension": case.pk}).status_code == 302
    assert not risk.suspensions.exists()


def reminded():
    return list(Notice.objects.filter(kind="risk.review").values_list("recipient", flat=True))


def test_the_owner_is_reminded_on_the_day_of_the_review_and_once(manager):
    risk = RiskFactory(owner=manager, next_review=date(2026, 7, 23))

    assert services.remind_of_reviews(THURSDAY - timedelta(days=1)) == 0
    assert [services.remind_of_reviews(THURSDAY + timedelta(hours=hours)) for hours in (0, 1, 24)] == [1, 0, 0]
    assert reminded() == [manager.pk]
    assert risk.title in Notice.objects.get().title


def test_the_next_day_of_review_is_told_anew(manager):
    risk = RiskFactory(owner=manager, next_review=date(2026, 7, 22))
    services.remind_of_reviews(THURSDAY)

    services.edit_risk(risk, by=acting(manager), next_review=date(2026, 7, 23))

    assert services.remind_of_reviews(THURSDAY) == 1


@pytest.mark.parametrize("owner", [None, "gone", "plain"])
def test_the_managers_are_reminded_where_no_owner_can_review(manager, owner):
    people = {"gone": {"manager": True, "is_active": False}, "plain": {}}
    RiskFactory(owner=UserFactory(**people[owner]) if owner else None, next_review=date(2026, 7, 1))

    services.remind_of_reviews(THURSDAY)

    assert reminded() == [manager.pk]


@pytest.mark.parametrize(
    "fields", [{"status": Risk.Status.CLOSED}, {"next_review": None}, {"next_review": "2026-07-24"}]
)
def test_what_needs_no_review_reminds_nobody(manager, fields):
    RiskFactory(**{"owner": manager, "next_review": date(2026, 7, 1)} | fields)

    assert services.remind_of_reviews(THURSDAY) == 0


def test_nobody_is_reminded_at_night(manager):
    RiskFactory(owner=manager, next_review=date(2026, 7, 1))

    assert services.remind_of_reviews(THURSDAY + timedelta(hours=12)) == 0
    assert services.remind_of_reviews(THURSDAY + timedelta(days=2)) == 0  # on a Saturday
