from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.tests.factories import UserFactory
from notifications.models import Notice
from suspensions import services
from suspensions.budgets import warnings
from suspensions.budgets.reckoning import budgets
from suspensions.models import GivenWarning
from suspensions.tests.factories import ProcessLimitFactory, SuspensionFactory, TechProcessFactory
from suspensions.tests.limiting import WEEK, count_by, down, limited, local
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moscow():
    count_by("calendar")


def year(process, at):
    return budgets([process], at)[0]


def test_overlapping_cases_use_the_year_once():
    process = limited(year_minutes=600)
    down(process, local(2025, 7, 1, 10), local(2025, 7, 1, 12))
    down(process, local(2025, 7, 1, 11), local(2025, 7, 1, 13))
    found = year(process, local(2025, 8, 1)).year

    assert (found.used, found.left, found.percent) == (180 * 60_000_000, 420 * 60_000_000, 30)


def test_only_what_exceeds_the_allowed_share_counts():
    process = limited(year_minutes=600, degradation_share=Decimal("0.2"))
    down(process, local(2025, 7, 1, 10), local(2025, 7, 1, 13), degraded=True)
    down(process, local(2025, 7, 2, 10), local(2025, 7, 2, 12), kind="degradation", degradation=Decimal("0.1"))
    down(process, local(2025, 7, 3, 10), local(2025, 7, 3, 11), kind="degradation", degradation=Decimal("0.2"))
    down(process, local(2025, 7, 4, 10), local(2025, 7, 4, 11), kind="degradation", degradation=Decimal("0.25"))

    assert year(process, local(2025, 8, 1)).year.used == 4 * 3600 * 1_000_000


def test_a_case_is_judged_by_the_limits_in_force_then():
    process = limited(valid_to=local(2025, 6, 30).date(), degradation_share=Decimal("0.5"), year_minutes=100)
    limited(process, valid_from=local(2025, 7, 1).date(), degradation_share=Decimal("0.2"), year_minutes=200)
    down(process, local(2025, 6, 30, 23), local(2025, 7, 1, 1), degraded=True)

    found = year(process, local(2025, 8, 1))
    assert found.year.used == 3600 * 1_000_000
    assert found.limit.year_minutes == 200
    assert year(process, local(2025, 6, 30, 23, 30)).limit.year_minutes == 100


def test_no_limit_is_not_zero():
    process = TechProcessFactory()
    down(process, local(2025, 7, 1, 10), local(2025, 7, 1, 12))
    found = year(process, local(2025, 8, 1))

    assert (found.year.left, found.year.percent, found.level) == (None, None, "no_limit")
    assert found.year.used == 2 * 3600 * 1_000_000


def test_planned_work_drafts_and_proposed_limits_do_not_count():
    process = limited(year_minutes=600)
    ProcessLimitFactory(process=process, year_minutes=1, valid_from=local(2025, 2, 1).date())
    down(process, local(2025, 7, 1, 10), local(2025, 7, 1, 12), planned=True)
    SuspensionFactory(process=process, draft=True, start=local(2025, 7, 1), finish=local(2025, 7, 2))

    assert year(process, local(2025, 8, 1)).year.used == 0


def test_the_year_begins_at_new_year_where_the_organisation_is():
    process = limited(year_minutes=600)
    down(process, local(2025, 12, 31, 23), local(2026, 1, 1, 2))

    assert year(process, local(2026, 1, 2)).year.used == 2 * 3600 * 1_000_000
    assert year(process, local(2025, 12, 31, 23, 59, 59)).year.used == 3599 * 1_000_000


def test_a_running_case_says_when_its_limits_break():
    process = limited(case_minutes=120, year_minutes=180)
    case = down(process, local(2025, 7, 1, 10))
    found = year(process, local(2025, 7, 1, 11))

    assert found.cases[0][0] == case
    assert found.cases[0][1].breach == local(2025, 7, 1, 12)
    assert found.year.breach == local(2025, 7, 1, 13)


def test_by_the_schedule_a_weekend_costs_little():
    count_by("schedule")
    process = limited(TechProcessFactory(**WEEK), case_minutes=120, year_minutes=600)
    down(process, local(2025, 7, 4, 17, 30))
    found = year(process, local(2025, 7, 7, 9, 45))

    assert found.year.used == 75 * 60 * 1_000_000
    assert found.cases[0][1].breach == local(2025, 7, 7, 10, 30)


def test_a_breach_after_new_year_is_none_this_year():
    process = limited(year_minutes=600)
    down(process, local(2025, 12, 31, 20))

    assert year(process, local(2025, 12, 31, 23)).year.breach is None


def test_each_stage_is_told_once():
    owner, manager = UserFactory(), UserFactory(role="manager")
    process = limited(TechProcessFactory(owner=owner), year_minutes=100, case_minutes=None)
    start = timezone.now() - timedelta(minutes=40)
    down(process, start)
    for passed in (40, 51, 55, 79, 81, 99, 101, 150, 300):
        warnings.check(start + timedelta(minutes=passed))

    stages = GivenWarning.objects.filter(scope="year").order_by("at").values_list("stage", flat=True)
    assert list(stages) == ["half", "warn", "full"]
    for person in (owner, manager):
        kinds = Notice.objects.filter(recipient=person, kind__startswith="budget.year").order_by("pk")
        assert [notice.kind for notice in kinds] == ["budget.year", "budget.year", "budget.year_full"]


def test_a_jump_over_stages_is_told_once_as_the_highest():
    process = limited(TechProcessFactory(), year_minutes=None, case_minutes=30)
    down(process, timezone.now() - timedelta(hours=1))

    assert warnings.check(timezone.now()) == 2  # the limit, and the question whether the regulator must hear
    assert warnings.check(timezone.now()) == 0
    assert set(GivenWarning.objects.values_list("stage", flat=True)) == {"half", "warn", "full"}


def test_the_regulator_is_not_forgotten():
    UserFactory(role="manager")
    due = timezone.now() + timedelta(hours=3)
    case = SuspensionFactory(reportable=True, reportable_reason="A clause.", report_due_at=due)
    told = [warnings.check(due + timedelta(minutes=minute)) for minute in (-100, -50, -40, 1, 10)]

    assert told == [0, 1, 0, 1, 0]
    case.report_due_at = due + timedelta(days=1)
    case.save()
    assert warnings.check(due + timedelta(hours=23, minutes=30)) == 1


def test_the_api_says_what_is_used_and_left(api):
    process = limited(year_minutes=600, case_minutes=120)
    down(process, timezone.now() - timedelta(minutes=30))
    user = UserFactory()
    found = api(user).get(f"/api/v1/processes/{process.pk}/budget/").json()

    assert found["year_limit"] == 600
    assert 30 <= found["case_used"] < 31
    assert found["year_used"] + found["year_left"] == pytest.approx(600)
    assert found["level"] == "ok"
    past = api(user).get(f"/api/v1/processes/{process.pk}/budget/", {"at": "2025-03-01"}).json()
    assert (past["year_used"], past["year"]) == (0, 2025)
    assert [row["process"]["id"] for row in api(user).get("/api/v1/budgets/").json()] == [process.pk]


@pytest.mark.parametrize("at", ["soon", "2026-02-30", "2100-01-01"])
def test_the_api_refuses_a_moment_that_means_nothing(api, at):
    assert api(UserFactory()).get("/api/v1/budgets/", {"at": at}).status_code == 400


def test_a_missing_process_is_not_found(api):
    assert api(UserFactory()).get("/api/v1/processes/999/budget/").status_code == 404


def test_the_board_shows_every_process(page):
    limited(TechProcessFactory(name="Clients"), year_minutes=10, case_minutes=5)
    TechProcessFactory(name="Archive")
    shown = page(UserFactory(language="en")).get("/suspensions/budgets/").content.decode()

    assert "Clients" in shown
    assert "no limit set" in shown


def test_the_board_costs_the_same_with_many_processes(page, django_assert_max_num_queries):
    for _count in range(12):
        down(limited(year_minutes=10), timezone.now() - timedelta(minutes=30))
    client = page(UserFactory())
    client.get("/suspensions/budgets/")
    with django_assert_max_num_queries(13):
        client.get("/suspensions/budgets/")


def test_the_list_for_the_regulator_shows_what_waits(page):
    due = datetime(2026, 1, 1, tzinfo=UTC)
    SuspensionFactory(reportable=True, reportable_reason="Clause 4", report_due_at=due)
    SuspensionFactory(reportable=True, reportable_reason="Clause 5")

    shown = page(UserFactory(language="en")).get("/suspensions/reportable/").content.decode()
    assert "Clause 4" in shown
    assert "Clause 5" in shown


def test_the_card_shows_the_clock_of_the_regulator(page):
    case = SuspensionFactory(
        reportable=True, reportable_reason="Clause 4", report_due_at=timezone.now() + timedelta(hours=2, minutes=1)
    )
    client = page(UserFactory(language="en"))

    assert "2\u00a0h" in client.get(case.get_absolute_url()).content.decode()
    case.report_due_at = timezone.now() - timedelta(minutes=5)
    case.save()
    assert "5\u00a0min" in client.get(case.get_absolute_url()).content.decode()


def over(**fields):
    """A case of three hours where two are allowed, judged by now."""
    process = limited(TechProcessFactory(), case_minutes=120, **fields)
    start = timezone.now() - timedelta(hours=3)
    return down(process, start), timezone.now()


def test_a_case_over_its_limit_is_proposed_for_a_report_once():
    manager = UserFactory(role="manager")
    case, now = over(report_minutes=180, document="Order 7")
    warnings.check(now)
    warnings.check(now + timedelta(minutes=1))
    case.refresh_from_db()

    assert (case.reportable, case.report_proposed_at, case.awaits_decision) == (False, now, True)
    assert case.report_due_at == case.start + timedelta(minutes=120 + 180)
    assert "Order 7" in case.reportable_reason
    assert Notice.objects.filter(recipient=manager, kind="report.proposed").count() == 1
    assert Event.objects.about(case).filter(verb="propose-report").count() == 1


def test_a_case_that_ended_over_its_limit_between_two_looks_is_proposed_too():
    process = limited(TechProcessFactory(), case_minutes=120)
    now = timezone.now()
    case = down(process, now - timedelta(hours=9), now - timedelta(hours=5))
    warnings.check(now)
    case.refresh_from_db()

    assert case.awaits_decision
    assert case.report_due_at is None


@pytest.mark.parametrize(
    "fields",
    [{"planned": True}, {"kind": "degradation", "degradation": Decimal("0.1")}, {"start": timezone.now()}],
)
def test_what_stays_within_its_limit_is_not_proposed(fields):
    process = limited(TechProcessFactory(), case_minutes=120, degradation_share=Decimal("0.2"), share_reported=False)
    case = down(process, **{"start": timezone.now() - timedelta(hours=3)} | fields)
    warnings.check(timezone.now())
    case.refresh_from_db()

    assert case.report_proposed_at is None


def test_a_manager_confirms_a_proposal():
    case, now = over(report_minutes=60)
    warnings.check(now)
    services.regulate(case, by=actor_of(UserFactory(manager=True)), reportable=True, note="")

    assert (case.reportable, case.awaits_decision) == (True, False)
    assert case.report_decided_at is not None
    assert case.report_due_at == case.start + timedelta(minutes=120 + 60)


def test_declining_a_proposal_needs_a_reason_and_stops_the_clock():
    case, now = over(report_minutes=60)
    warnings.check(now)
    manager = actor_of(UserFactory(manager=True))
    case.refresh_from_db()
    with pytest.raises(ValidationError):
        services.regulate(case, by=manager, reportable=False)
    services.regulate(case, by=manager, reportable=False, note="No type of the list.")
    warnings.check(now + timedelta(minutes=2))

    case.refresh_from_db()
    assert (case.awaits_decision, case.report_due_at) == (False, None)
    assert not warnings.awaited().exists()


def test_a_proposal_that_nobody_decides_is_not_forgotten():
    manager = UserFactory(role="manager")
    case, now = over(report_minutes=180)
    warnings.check(now)
    assert case in warnings.awaited()
    warnings.check(now + timedelta(minutes=70))

    assert Notice.objects.filter(recipient=manager, kind="report.soon").count() == 1


def test_the_pages_show_what_is_to_be_decided(page):
    case, now = over(report_minutes=200)
    warnings.check(now)
    client = page(UserFactory(language="en", manager=True))

    for address in ("/suspensions/reportable/", case.get_absolute_url()):
        shown = client.get(address).content.decode()
        assert "Decide" in shown
        assert "2\u00a0h" in shown
    assert "report to be decided" in client.get("/suspensions/").content.decode()


# What a case used, once it is over


def ended(**fields):
    """Two and a half hours over New Year, of two that one case may last and ten that a year may."""
    process = limited(TechProcessFactory(), case_minutes=120, year_minutes=600)
    return down(process, local(2025, 12, 31, 23), local(2026, 1, 1, 1, 30), **fields)


def test_the_api_says_what_a_case_used_when_it_is_over(api):
    case = ended()
    found = api(UserFactory()).get(f"/api/v1/suspensions/{case.pk}/allowance/").json()

    assert (found["counted"], found["number"]) == (True, case.number)
    assert found["case"] == {
        "used": 150, "limit": 120, "left": -30, "breach_at": None, "level": "exceeded", "percent": 125,
        "exceeded_at": "2025-12-31T22:00:00Z",
    }  # fmt: skip
    assert found["years"] == [
        {"year": 2025, "used": 60, "limit": 600, "percent": 10, "exceeded_at": None},
        {"year": 2026, "used": 90, "limit": 600, "percent": 15, "exceeded_at": None},
    ]


def test_the_api_says_of_planned_work_that_it_does_not_count(api):
    found = api(UserFactory()).get(f"/api/v1/suspensions/{ended(planned=True).pk}/allowance/").json()

    assert (found["counted"], found["case"], found["years"]) == (False, None, [])
    assert api(UserFactory()).get("/api/v1/suspensions/999/allowance/").status_code == 404


def test_the_card_says_what_a_case_used_when_it_is_over(page):
    shown = page(UserFactory(language="en")).get(ended().get_absolute_url()).text

    for words in ("Used of the limits", "exceeded by", "Year 2025, this case alone", "Year 2026, this case alone"):
        assert words in shown


@pytest.mark.parametrize("fields", [{"planned": True}, {"status": "draft", "number": None}])
def test_the_card_of_what_does_not_count_shows_no_limits(page, fields):
    case = SuspensionFactory(**{"start": timezone.now() - timedelta(hours=2), "finish": timezone.now()} | fields
                             | ({"status": "restored"} if "planned" in fields else {}))  # fmt: skip
    shown = page(UserFactory(language="en", admin=True)).get(case.get_absolute_url()).text

    assert "Used of the limits" not in shown


def test_the_card_without_limits_says_so(page):
    case = SuspensionFactory(restored=True)

    assert page(UserFactory(language="en")).get(case.get_absolute_url()).text.count("no limit set") == 2


def test_the_card_of_an_ended_case_costs_few_queries(page, django_assert_max_num_queries):
    case, client = ended(), page(UserFactory(manager=True))
    client.get(case.get_absolute_url())
    with django_assert_max_num_queries(12):
        client.get(case.get_absolute_url())
