"""What a look at the budgets notices, whoever entered it, whenever, and however late the look is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from notifications.models import Notice
from suspensions import jobs, services, triggers
from suspensions.budgets import warnings
from suspensions.budgets.reckoning import own_use
from suspensions.models import GivenWarning, ProcessLimit, Segment, Unjudged
from suspensions.tests.factories import ProcessLimitFactory, RiskSourceFactory, SuspensionFactory, TechProcessFactory
from suspensions.tests.limiting import WEEK, count_by, down, limited, local
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def moscow():
    count_by("calendar")


@pytest.fixture
def manager():
    return UserFactory(manager=True)


@pytest.fixture
def now():
    return timezone.now()


def kinds(person, scope=""):
    return list(
        Notice.objects.filter(recipient=person, kind__startswith=scope).order_by("pk").values_list("kind", flat=True)
    )


def entered(process, start, finish, **fields):
    """A case that somebody writes down when it is over."""
    author = actor_of(UserFactory())
    return services.register(
        by=author, process=process, risk_source=RiskSourceFactory(), start=start, finish=finish, **fields
    )


def imported(process, start, finish):
    case = entered(process, start, finish, draft=True)
    services.confirm(case, by=actor_of(UserFactory(admin=True)))
    return case


def stages(scope="year", **fields):
    return set(GivenWarning.objects.standing().filter(scope=scope, **fields).values_list("stage", flat=True))


def test_a_case_that_is_entered_when_it_is_over_is_told_once(manager, now):
    entered(limited(case_minutes=120, year_minutes=None), now - 10 * HOUR, now - HOUR)
    warnings.check(now)
    warnings.check(now + MINUTE)

    assert kinds(manager, "budget") == ["budget.case_full"]


def test_a_case_that_crosses_a_stage_and_ends_between_two_looks_is_told(manager, now):
    case = down(limited(case_minutes=120, year_minutes=None), now - 59 * MINUTE)
    warnings.check(now)
    assert kinds(manager) == []
    services.restore(case, by=actor_of(case.author), finish=now + 2 * MINUTE)
    warnings.check(now + 3 * MINUTE)

    assert kinds(manager, "budget") == ["budget.case"]


def test_a_case_of_december_that_is_entered_in_january_breaks_the_old_year(manager):
    process = limited(case_minutes=None, year_minutes=60)
    down(process, local(2025, 12, 30, 10), local(2025, 12, 30, 12))
    warnings.check(local(2026, 1, 2, 10))

    assert kinds(manager) == ["budget.year_full"]
    assert "2025" in Notice.objects.get(recipient=manager).body
    assert stages(about="2026") == set()


def test_a_case_over_new_year_counts_in_both(manager):
    process = limited(case_minutes=None, year_minutes=60)
    down(process, local(2025, 12, 31, 23), local(2026, 1, 1, 0, 35))
    warnings.check(local(2026, 1, 2, 10))

    assert (stages(about="2025"), stages(about="2026")) == ({"half", "warn", "full"}, {"half"})


def test_an_old_journal_that_is_taken_in_stays_quiet(manager, now):
    process = limited(case_minutes=60, year_minutes=None)
    for days in (15, 100, 300, 800):
        imported(process, now - days * DAY - 3 * HOUR, now - days * DAY)
    warnings.check(now)

    assert kinds(manager, "budget") == kinds(manager, "report") == []
    assert not warnings.awaited().exists()
    assert not Unjudged.objects.exists()


def test_an_imported_case_of_yesterday_is_judged_like_any_other(manager, now):
    case = imported(limited(case_minutes=60, year_minutes=None), now - DAY, now - 20 * HOUR)
    warnings.check(now)
    case.refresh_from_db()

    assert kinds(manager, "budget") == ["budget.case_full"]
    assert case.awaits_decision


def test_a_journal_of_last_year_that_is_taken_in_does_not_tell_of_it(manager):
    process = limited(case_minutes=None, year_minutes=60)
    imported(process, local(2025, 12, 30, 10), local(2025, 12, 30, 12))
    warnings.check(local(2026, 1, 2, 10))

    assert kinds(manager, "budget") == []


@pytest.mark.parametrize(
    "act",
    [
        lambda case, by: services.comment(case, by=by, text="Once more."),
        lambda case, by: services.correct(case, by=by, root_cause="A cable.", implementing_measures="A new one."),
        lambda case, by: services.regulate(case, by=by, reportable=True, reportable_reason="Clause 4"),
        lambda case, by: services.close(case, by=by, implementing_measures="A new one.", root_cause="A cable."),
    ],
)
def test_what_is_no_fact_is_not_judged_again(act, now):
    case = down(limited(), now - 3 * HOUR, now - 2 * HOUR)
    Unjudged.objects.all().delete()
    act(case, actor_of(UserFactory(admin=True)))

    assert not Unjudged.objects.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda case, by, now: services.correct(case, by=by, start=now - 5 * HOUR),
        lambda case, by, now: services.correct(case, by=by, process=TechProcessFactory()),
        lambda case, by, now: services.correct(case, by=by, kind="degradation", degradation=Decimal("0.5")),
        lambda case, by, now: services.plan(case, by=by, note="Announced."),
        lambda case, by, now: services.reopen(case, by=by),
        lambda case, by, now: services.delete(case, by=by, note="Twice."),
        lambda case, by, now: services.add_segment(
            case, by=by, start=now - 150 * MINUTE, degradation=Decimal("0.4")
        ),
    ],
)  # fmt: skip
def test_every_fact_is_judged_whoever_changes_it(act, now):
    case = down(limited(), now - 3 * HOUR, now - 2 * HOUR)
    Unjudged.objects.all().delete()
    act(case, actor_of(UserFactory(admin=True)), now)

    of_cases = Unjudged.objects.filter(process=None)
    assert set(of_cases.values_list("suspension", "imported")) == {(case.pk, False)}


def test_the_process_that_a_case_leaves_is_judged_too(now):
    left = limited(case_minutes=None, year_minutes=60)
    case = down(left, now - 3 * HOUR, now - 2 * HOUR)
    warnings.check(now)
    services.correct(case, by=actor_of(UserFactory(admin=True)), process=TechProcessFactory())
    assert list(Unjudged.objects.exclude(process=None).values_list("process", flat=True)) == [left.pk]
    warnings.check(now + MINUTE)

    assert stages() == set()


def test_a_correction_of_last_years_limit_judges_that_year(manager):
    process = limited(case_minutes=None, year_minutes=600)
    down(process, local(2025, 7, 4, 10), local(2025, 7, 4, 12))
    warnings.check(local(2026, 2, 2, 10))
    assert stages(about="2025") == set()
    wrong = ProcessLimit.objects.get(process=process)
    fresh = services.correct_limit(wrong, by=actor_of(UserFactory(manager=True)), note="A zero.", year_minutes=60)
    services.approve_limit(fresh, by=actor_of(manager))
    warnings.check(local(2026, 2, 2, 11))

    assert stages(about="2025") == {"half", "warn", "full"}


def test_a_case_that_ends_in_a_few_minutes_is_judged_when_it_is_over(manager, now):
    down(limited(case_minutes=60, year_minutes=None), now - 58 * MINUTE, now + 4 * MINUTE)
    warnings.check(now)
    warnings.check(now + 5 * MINUTE)

    assert kinds(manager, "budget") == ["budget.case", "budget.case_full"]
    assert not Unjudged.objects.exists()


def test_backwards_no_trigger_stays_that_would_stop_writing():
    triggers.remove_before_migrate("default", plan=[("suspensions.0010", True)])
    assert not triggers.present(connection)

    triggers.install_after_migrate("default")
    assert triggers.present(connection) == triggers.statements(connection.vendor).keys()


def test_a_case_until_new_years_midnight_touches_one_year():
    case = down(limited(), local(2025, 12, 31, 23), local(2026, 1, 1))
    used = own_use(case, local(2026, 2, 1))

    assert [year for year, _used in used[1]] == [2025]


def test_a_draft_is_nothing_to_judge_until_it_is_taken_in(now):
    case = entered(TechProcessFactory(), now - DAY, now - 20 * HOUR, draft=True)
    assert not Unjudged.objects.exists()
    services.confirm(case, by=actor_of(UserFactory(admin=True)))

    assert list(Unjudged.objects.values_list("suspension", "imported")) == [(case.pk, True)]


def test_the_database_has_every_trigger():
    assert triggers.present(connection) == triggers.statements(connection.vendor).keys()


def test_nothing_is_lost_when_no_worker_ran_for_weeks(manager, now):
    case = down(limited(case_minutes=60, year_minutes=None, report_minutes=180), now - 30 * DAY, now - 29 * DAY)
    Unjudged.objects.update(at=case.finish + MINUTE)
    warnings.check(now)
    case.refresh_from_db()

    assert kinds(manager, "budget") == ["budget.case_full"]
    assert case.report_due_at == case.start + HOUR + 3 * HOUR


def test_what_was_judged_is_not_looked_at_again(now):
    down(limited(), now - 3 * HOUR, now - 2 * HOUR)
    warnings.check(now)

    assert not Unjudged.objects.exists()


def test_a_quiet_minute_costs_the_same_whatever_the_journal_holds(now):
    process = limited()
    costs = []
    for count in (1, 30):
        for number in range(count):
            down(process, now - (number + 2) * DAY, now - (number + 2) * DAY + MINUTE)
        warnings.check(now)
        with CaptureQueriesContext(connection) as asked:
            assert warnings.check(now) == 0
        costs.append(len(asked))

    assert costs[0] == costs[1] <= 5


def test_running_cases_cost_the_same_each_minute_at_one_and_at_ten(now):
    costs = []
    for count in (1, 9):
        for _number in range(count):
            down(limited(case_minutes=60, report_minutes=600), now - 3 * HOUR)
        warnings.check(now)
        with CaptureQueriesContext(connection) as asked:
            assert warnings.check(now) == 0
        costs.append(len(asked))

    assert costs[0] == costs[1] <= 14


# When an allowance broke


def due(case, now):
    warnings.check(now)
    case.refresh_from_db()
    return case.report_due_at


def test_the_clock_runs_from_the_breach_through_gaps_and_shares(now):
    process = limited(case_minutes=60, degradation_share=Decimal("0.2"), report_minutes=30, share_reported=False)
    case = down(process, now - 10 * HOUR, now - 2 * HOUR, degradation=Decimal("0.5"), kind="degradation")
    case.segments.all().delete()
    for hours, minutes, lost in ((10, 40, "0.5"), (9, 60, "0.1"), (8, 0, "0.5"), (5, 50, "0.3"), (3, 60, "0.5")):
        start = now - hours * HOUR
        Segment.objects.create(suspension=case, start=start, finish=start + minutes * MINUTE, degradation=Decimal(lost))

    assert due(case, now) == now - 5 * HOUR + 20 * MINUTE + 30 * MINUTE


def test_by_the_schedule_the_clock_waits_for_the_working_day():
    count_by("schedule")
    process = limited(TechProcessFactory(**WEEK), case_minutes=60, report_minutes=30)
    case = down(process, local(2025, 7, 4, 17, 30), local(2025, 7, 7, 12))
    Unjudged.objects.update(at=case.finish)

    assert due(case, local(2025, 7, 7, 13)) == local(2025, 7, 7, 10)


def test_without_a_limit_of_one_case_the_share_proposes(now):
    process = limited(case_minutes=None, year_minutes=None, degradation_share=Decimal("0.2"), report_minutes=60)
    lesser = down(process, now - 9 * HOUR, now - 8 * HOUR, kind="degradation", degradation=Decimal("0.2"))
    more = down(process, now - 5 * HOUR, now - 4 * HOUR, kind="degradation", degradation=Decimal("0.25"))

    assert (due(lesser, now), due(more, now)) == (None, now - 5 * HOUR + HOUR)
    assert "20 %" in more.reportable_reason


def test_the_case_that_breaks_the_year_is_proposed_and_only_that():
    process = limited(case_minutes=None, year_minutes=120, report_minutes=60)
    cases = [down(process, local(2025, 7, day, 10), local(2025, 7, day, 11, 30)) for day in (1, 2, 3)]
    Unjudged.objects.update(at=local(2025, 7, 3, 12))

    assert [due(case, local(2025, 7, 3, 13)) for case in cases] == [None, local(2025, 7, 2, 11, 30), None]


def test_a_limit_of_the_year_alone_asks_for_nothing_while_it_lasts(now):
    case = down(limited(case_minutes=None, year_minutes=120), now - 3 * HOUR, now - 2 * HOUR)

    assert due(case, now) is None
    assert case.report_proposed_at is None


# What is taken back, and told again


def test_a_stage_that_a_correction_takes_back_is_told_again(manager, now):
    process = limited(case_minutes=120, year_minutes=None)
    case, admin = down(process, now - 4 * HOUR, now - HOUR), actor_of(UserFactory(admin=True))
    warnings.check(now)
    services.correct(case, by=admin, finish=now - 3 * HOUR - 50 * MINUTE)
    warnings.check(now + MINUTE)
    assert stages("case") == set()
    services.correct(case, by=admin, finish=now - 30 * MINUTE)
    warnings.check(now + 2 * MINUTE)

    assert kinds(manager, "budget") == ["budget.case_full"] * 2
    assert GivenWarning.objects.filter(scope="case").count() == 6  # nothing that was told is forgotten


def test_a_higher_limit_lets_the_year_be_told_anew(manager, now):
    process = limited(case_minutes=None, year_minutes=60)
    down(process, now - 50 * MINUTE)
    warnings.check(now + 20 * MINUTE)
    ProcessLimit.objects.update(year_minutes=110)
    warnings.check(now + 21 * MINUTE)
    assert stages() == {"half"}
    warnings.check(now + 40 * MINUTE)
    warnings.check(now + 70 * MINUTE)

    assert kinds(manager, "budget") == ["budget.year_full", "budget.year", "budget.year_full"]


def test_a_case_that_moves_to_another_process_is_not_told_again(manager, now):
    fields = {"case_minutes": 60, "year_minutes": None}
    case = down(limited(**fields), now - 3 * HOUR, now - HOUR)
    warnings.check(now)
    services.correct(case, by=actor_of(UserFactory(admin=True)), process=limited(**fields))

    assert warnings.check(now + MINUTE) == 0
    assert kinds(manager, "budget") == ["budget.case_full"]


def test_a_case_that_turns_out_planned_loses_its_warnings(now):
    case = down(limited(case_minutes=60, year_minutes=None), now - 3 * HOUR, now - HOUR)
    warnings.check(now)
    services.plan(case, by=actor_of(UserFactory(admin=True)), note="It was announced.")
    warnings.check(now)

    assert stages("case") == set()


def test_an_approved_limit_judges_what_ended_lately(manager, now):
    process = TechProcessFactory()
    down(process, now - 5 * DAY, now - 5 * DAY + 3 * HOUR)
    down(process, now - 30 * DAY, now - 30 * DAY + 3 * HOUR)
    warnings.check(now)
    limit = ProcessLimitFactory(
        process=process, case_minutes=60, year_minutes=None, valid_from=(now - 300 * DAY).date()
    )
    services.approve_limit(limit, by=actor_of(manager))
    warnings.check(now)

    assert kinds(manager, "budget") == ["budget.case_full"]


# The share that is lost


@pytest.mark.parametrize(
    ("lost", "told"),
    [("0.15", []), ("0.16", ["budget.share"]), ("0.2", ["budget.share"]), ("0.21", ["budget.share_full"]), ("1", [])],
)
def test_a_degradation_that_nears_the_allowed_share_is_told(manager, now, lost, told):
    process = limited(case_minutes=999, year_minutes=None, degradation_share=Decimal("0.2"), degradation_warn=80)
    down(process, now - HOUR, degradation=Decimal(lost), kind="outage" if lost == "1" else "degradation")
    warnings.check(now)
    warnings.check(now + MINUTE)

    assert kinds(manager, "budget") == told


# The end of what a probe began


def test_managers_hear_of_a_connection_from_the_probe_alone(manager):
    owner = UserFactory()
    case = SuspensionFactory(probe=True, process=TechProcessFactory(owner=owner))
    services.restore(case, by=actor_of(User.objects.system()))

    assert (kinds(owner), kinds(manager)) == (["suspension.restored"], [])


def test_what_people_end_is_told_to_managers(manager):
    case = SuspensionFactory(probe=True)
    services.restore(case, by=actor_of(UserFactory(admin=True)))

    assert kinds(manager) == ["suspension.restored"]


# Which day it is


def test_a_process_that_begins_today_is_there_from_midnight_on(page, api, monkeypatch):
    night = local(2026, 7, 2, 0, 30)  # still 1 July in UTC
    monkeypatch.setattr(timezone, "now", lambda: night)
    limited(TechProcessFactory(name="Night", active_from=night.date()))
    gone = limited(TechProcessFactory(name="Gone", active_to=local(2026, 7, 1).date()))

    shown = page(UserFactory()).get("/suspensions/budgets/").text
    assert ("Night" in shown, "Gone" in shown) == (True, False)
    down(gone, night - 2 * HOUR)
    assert "Gone" in page(UserFactory()).get("/suspensions/budgets/").text
    names = [row["process"]["name"] for row in api(UserFactory()).get("/api/v1/budgets/").json()]
    assert sorted(names) == ["Gone", "Night"]


def test_a_case_that_outlives_its_process_is_told(manager, now):
    process = TechProcessFactory(active_to=(now - 2 * DAY).date())
    down(limited(process, case_minutes=60, year_minutes=None), now - 3 * DAY)
    warnings.check(now)

    assert kinds(manager, "budget") == ["budget.case_full"]


def test_every_hour_every_process_is_looked_at(manager, now):
    process = limited(case_minutes=None, year_minutes=None)
    down(process, now - 3 * HOUR, now - HOUR)
    warnings.check(now)
    ProcessLimit.objects.update(year_minutes=60)
    jobs.check_budgets()
    assert kinds(manager) == []
    jobs.check_all_budgets()

    assert kinds(manager) == ["budget.year_full"]
