from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import organisation
from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from suspensions import remembering, services
from suspensions.analytics.asking import Query
from suspensions.analytics.periods import Period
from suspensions.analytics.reading import Reading, answer
from suspensions.budgets.reckoning import budgets
from suspensions.models import ProcessLimit, Suspension, TechProcess
from suspensions.tests.factories import ProcessLimitFactory, SuspensionFactory, TechProcessFactory
from suspensions.tests.year import year_of_cases
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
YEAR = Period(datetime(2025, 1, 1, tzinfo=MOSCOW), datetime(2026, 1, 1, tzinfo=MOSCOW), months=12)


@pytest.fixture(autouse=True)
def moscow():
    Organisation.objects.update(time_zone="Europe/Moscow")
    organisation.forget()


@pytest.fixture
def remembers(monkeypatch):
    """Let five cases be many, with nothing remembered yet."""
    monkeypatch.setattr(remembering, "LARGE", 5)
    remembering.shelves.clear()
    yield
    remembering.shelves.clear()


def read(**query):
    return answer(Reading(Query(YEAR, **query), UserFactory()))


def asked_for_segments(act):
    with CaptureQueriesContext(connection) as seen:
        act()
    return len([query for query in seen.captured_queries if "piece" in query["sql"]])


def test_remembered_figures_are_those_that_are_made(remembers):
    year_of_cases(2025, MOSCOW, count=60)
    made, remembered = read(), read()
    remembering.shelves.clear()

    assert made == remembered == read()


@pytest.mark.parametrize("query", [{"planned": False}, {"planned": True}, {"origin": "manual"}])
def test_what_is_long_over_and_the_rest_add_up_to_all(monkeypatch, query):
    now = timezone.now().replace(second=0, microsecond=0)
    for year in (now.year - 1, now.year):
        year_of_cases(year, MOSCOW, count=150, seed=year)
    Suspension.objects.filter(start__gt=now).update(deleted_at=None, status="draft")
    period = Period(now.astimezone(MOSCOW) - timedelta(days=200), now.astimezone(MOSCOW))
    monkeypatch.setattr(timezone, "now", lambda: now)
    user = UserFactory()
    whole = answer(Reading(Query(period, **query), user))
    used = [budget.year.used for budget in Reading(Query(period, **query), user).budgets]
    monkeypatch.setattr(remembering, "LARGE", 5)
    remembering.shelves.clear()
    split = Reading(Query(period, **query), user)

    assert split.figures.known.settled is not None
    assert answer(split) == whole
    assert [budget.year.used for budget in split.budgets] == used
    remembering.shelves.clear()


def test_a_change_of_a_running_case_leaves_what_is_long_over_remembered(remembers):
    year_of_cases(2025, MOSCOW, count=20)
    asked = asked_for_segments(lambda: read(origin="manual"))
    Suspension.objects.filter(finish=None).update(version=F("version") + 1)

    assert (asked, asked_for_segments(lambda: read(origin="manual"))) == (3, 1)


def test_few_cases_are_counted_each_time():
    year_of_cases(2025, MOSCOW, count=6)
    remembering.shelves.clear()
    read()

    assert not remembering.shelves


def test_many_cases_are_counted_once(remembers):
    year_of_cases(2025, MOSCOW, count=20)
    Suspension.objects.filter(finish=None).update(status="restored", finish=datetime(2025, 12, 31, tzinfo=MOSCOW))

    assert asked_for_segments(read) == 1
    assert asked_for_segments(read) == 0


@pytest.mark.parametrize("change", ["correct", "delete", "restore", "record", "plan"])
def test_no_change_of_a_case_is_missed(remembers, change):
    made = year_of_cases(2025, MOSCOW, count=20)
    admin = actor_of(UserFactory(admin=True))
    before = read()
    case = Suspension.objects.get(pk=made[0].pk)
    if change == "correct":
        services.correct(case, by=admin, finish=case.finish + timedelta(hours=1))
    elif change == "delete":
        services.delete(case, by=admin, note="Twice.")
    elif change == "restore":
        services.restore(Suspension.objects.get(pk=made[-1].pk), by=admin)
    elif change == "record":
        start = datetime(2025, 5, 5, 10, tzinfo=MOSCOW)
        services.register(
            by=admin, process=case.process, risk_source=case.risk_source, start=start, finish=start + timedelta(hours=2)
        )
    else:
        services.plan(case, by=admin, note="It was announced.", planned=not case.planned)
    after = read()
    remembering.shelves.clear()

    assert after == read()
    if change in {"delete", "record"}:
        assert after["count"] != before["count"]


def test_a_calendar_that_changes_changes_what_is_remembered(remembers):
    year_of_cases(2025, MOSCOW, count=20)
    before = read()
    TechProcess.objects.update(active_from=datetime(2025, 7, 1).date())

    assert read()["availability"] != before["availability"]


def test_many_cases_are_counted_to_the_whole_minute_or_the_last_change():
    now = timezone.now().replace(second=40, microsecond=5)
    minute, changed = now.replace(second=0, microsecond=0), now - timedelta(seconds=10)

    assert remembering.State(9000, 1, 1, minute - timedelta(hours=1)).as_of(now) == minute
    assert remembering.State(9000, 1, 1, changed).as_of(now) == changed
    assert remembering.State(9000, 1, 1, now + timedelta(seconds=1)).as_of(now) == now
    assert remembering.State(9, 1, 1, changed).as_of(now) == now


def test_what_is_forgotten_is_what_was_kept_first(remembers, monkeypatch):
    monkeypatch.setattr(remembering, "SHELVES", 2)
    state = remembering.State(9, 1, 1, None)
    for about in "abc":
        remembering.recall(state, about, str)

    assert [about for _state, about in remembering.shelves] == ["b", "c"]


def test_a_budget_remembers_only_what_is_over(remembers):
    process = ProcessLimitFactory(approved=True, year_minutes=6000, valid_from=datetime(2025, 1, 1).date()).process
    start = datetime(2025, 7, 1, 10, tzinfo=MOSCOW)
    for day in range(6):
        begins = start + timedelta(days=day)
        SuspensionFactory(process=process, start=begins, finish=begins + timedelta(hours=1), status="restored")
    SuspensionFactory(process=process, start=start + timedelta(days=10))
    at = start + timedelta(days=10, minutes=30)

    def used(moment):
        return budgets([process], moment)[0].year.used // 60_000_000

    assert [used(at), used(at + timedelta(minutes=7)), used(start + timedelta(days=2))] == [390, 397, 120]


def test_a_share_that_is_allowed_from_now_on_changes_the_budget(remembers):
    process = TechProcessFactory()
    limit = ProcessLimitFactory(
        process=process, approved=True, year_minutes=6000, valid_from=datetime(2025, 1, 1).date()
    )
    start = datetime(2025, 7, 1, 10, tzinfo=MOSCOW)
    for day in range(6):
        SuspensionFactory(
            process=process, start=start + timedelta(days=day), finish=start + timedelta(days=day, hours=1),
            status="restored", degraded=True,
        )  # fmt: skip
    at = start + timedelta(days=10)
    before = budgets([process], at)[0].year.used
    ProcessLimit.objects.filter(pk=limit.pk).update(degradation_share=Decimal("0.99"))

    assert (before // 60_000_000, budgets([process], at)[0].year.used) == (360, 0)
