"""Single cases against what one case is allowed, in the reports of a period."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts import organisation
from accounts.models import Organisation
from suspensions.analytics import nearest as module
from suspensions.analytics.nearest import nearest
from suspensions.tests.factories import ProcessLimitFactory, SuspensionFactory, TechProcessFactory

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
AT = datetime(2025, 12, 31, 23, 59, tzinfo=MOSCOW)
MINUTE = 60_000_000
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-18:00")


@pytest.fixture(autouse=True)
def moscow():
    count_by("calendar")


def count_by(basis):
    Organisation.objects.update(time_zone="Europe/Moscow", counting_basis=basis)
    organisation.forget()


def local(*parts):
    return datetime(*parts, tzinfo=MOSCOW)


def limited(process, **fields):
    known = {"approved": True, "valid_from": local(2025, 1, 1).date(), "case_minutes": 120}
    ProcessLimitFactory(process=process, **known | fields)
    return process


def down(process, start, minutes, **fields):
    return SuspensionFactory(
        process=process, start=start, finish=start + timedelta(minutes=minutes), status="restored", **fields
    )


def found(process, at=AT):
    one = nearest([process], at)[process.pk]
    return one.case, one.found.used // MINUTE, one.found.percent, one.beyond


def test_the_longest_case_and_how_many_are_over_the_limit():
    process = limited(TechProcessFactory())
    down(process, local(2025, 3, 1, 10), 130)
    worst = down(process, local(2025, 4, 1, 10), 180)
    down(process, local(2025, 5, 1, 10), 120)
    down(process, local(2025, 6, 1, 10), 600, planned=True)

    assert found(process) == (worst, 180, 150, 2)


def test_a_shorter_case_under_a_tighter_limit_is_nearer():
    process = limited(TechProcessFactory(), valid_to=local(2025, 6, 30).date(), case_minutes=600)
    limited(process, valid_from=local(2025, 7, 1).date(), case_minutes=60)
    down(process, local(2025, 3, 1, 10), 300)
    near = down(process, local(2025, 8, 1, 10), 45)

    assert found(process) == (near, 45, 75, 0)


def test_only_what_exceeds_the_allowed_share_counts():
    process = limited(TechProcessFactory(), degradation_share=Decimal("0.5"))
    down(process, local(2025, 3, 1, 10), 600, degraded=True)
    near = down(process, local(2025, 4, 1, 10), 60)

    assert found(process) == (near, 60, 50, 0)


def test_by_the_schedule_a_night_counts_nothing():
    count_by("schedule")
    process = limited(TechProcessFactory(**WEEK))
    down(process, local(2025, 7, 4, 19), 2000)  # a Friday evening to Sunday
    near = down(process, local(2025, 7, 8, 17), 180)

    assert found(process) == (near, 60, 50, 0)


def test_without_a_limit_it_is_the_longest_and_nothing_is_over():
    process = TechProcessFactory()
    longest = down(process, local(2025, 3, 1, 10), 600)
    down(process, local(2025, 4, 1, 10), 60)

    assert found(process) == (longest, 600, None, 0)


def test_a_case_over_new_year_counts_whole_and_what_ran_on_counts_to_the_end_of_the_period():
    process = limited(TechProcessFactory())
    case = down(process, local(2024, 12, 31, 23), 100)
    assert found(process, local(2025, 2, 1)) == (case, 100, None, 0)

    on = down(process, local(2025, 1, 31, 23), 600)
    assert found(process, local(2025, 2, 1)) == (on, 60, 50, 0)


def test_a_process_without_cases_has_none_and_many_are_asked_at_once(django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 5)
    processes = [limited(TechProcessFactory()) for _number in range(4)]
    for process in processes[1:]:
        for day in range(1, 11):
            down(process, local(2025, 3, day, 10), 100 + day)
    with django_assert_max_num_queries(12):
        one = nearest(processes, AT)

    assert {process.pk: one[process.pk].found.used // MINUTE for process in processes[1:]} == {
        process.pk: 110 for process in processes[1:]
    }
    assert processes[0].pk not in one
