"""Reminders: each stage once, in working hours, whatever the scheduler does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.tests.factories import UserFactory
from notifications.models import Notice
from tasks import services
from tasks.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 7, 20)


def at(day, hour=12):
    """Noon of Moscow, more or less, on a day of the week that begins on MONDAY."""
    return datetime(2026, 7, 20, hour - 3, tzinfo=UTC) + timedelta(days=day)


@pytest.fixture
def task():
    people = {name: UserFactory(username=name, time_zone="Europe/Moscow") for name in ("author", "executor")}
    return TaskFactory(start=MONDAY, deadline=date(2026, 7, 22), **people)


def told():
    return list(Notice.objects.order_by("pk").values_list("recipient__username", "kind"))


def test_over_a_week_each_stage_comes_once(task):
    for hour in range(7 * 24):
        services.remind(at=at(0, 3) + timedelta(hours=hour))

    late = [("author", "task.overdue"), ("executor", "task.overdue")]
    assert told()[:2] == [("executor", "task.before"), ("executor", "task.due")]
    assert sorted(told()[2:]) == sorted(late * 2)  # Thursday and Friday; the weekend is free


HOURS = range(7 * 24)


@pytest.mark.parametrize(
    ("ticks", "stages"),
    [
        (HOURS, "before due overdue overdue"),
        ([hour for hour in HOURS for _twice in range(2)], "before due overdue overdue"),  # two at once, or a restart
        ([hour for hour in HOURS if hour // 24 != 1], "due overdue overdue"),  # down on the day before
        ([hour for hour in HOURS if hour // 24 not in (1, 2)], "overdue overdue"),  # down for two days
        ([hour for hour in HOURS if hour // 24 not in (1, 2, 3)], "overdue"),
        (range(0, 7 * 24, 5), "before due overdue overdue"),  # slow
        (reversed(HOURS), "overdue overdue due before"),  # a clock that is set back
    ],
)
def test_whatever_the_scheduler_does_each_stage_comes_once(task, ticks, stages):
    for hour in ticks:
        services.remind(at=at(0, 3) + timedelta(hours=hour))

    kinds = [kind for person, kind in told() if person == "executor"]
    assert kinds == [f"task.{stage}" for stage in stages.split()]
    assert [kind for person, kind in told() if person == "author"] == ["task.overdue"] * stages.count("overdue")


def test_a_scheduler_that_runs_twice_tells_once(task):
    assert [services.remind(at=at(2)), services.remind(at=at(2))] == [1, 0]


def test_two_days_of_silence_end_in_one_notice(task):
    TaskFactory(start=MONDAY, deadline=date(2026, 7, 21), author=task.author, executor=task.executor)

    services.remind(at=at(3))

    assert sorted(told()) == [("author", "task.overdue"), ("executor", "task.overdue")]
    assert "2 tasks" in Notice.objects.filter(recipient=task.executor).get().title


@pytest.mark.parametrize("moment", [at(2, 6), at(2, 22), at(5)])
def test_nobody_is_woken_outside_working_hours(task, moment):
    assert services.remind(at=moment) == 0


def test_the_hours_are_those_of_the_executors_zone(task):
    task.executor.time_zone = "Asia/Vladivostok"
    task.executor.save()

    assert services.remind(at=at(2, 12)) == 0  # 19:00 there
    assert services.remind(at=datetime(2026, 7, 22, 0, tzinfo=UTC)) == 1  # 10:00 there, night in Moscow


def test_before_a_monday_one_is_reminded_on_friday(task):
    task.deadline = date(2026, 7, 27)
    task.save()

    assert services.remind(at=at(3)) == 0
    assert services.remind(at=at(4)) == 1


def test_reported_work_reminds_nobody(task):
    TaskFactory(done=True, start=MONDAY, deadline=date(2026, 7, 22))
    TaskFactory(cancelled=True, start=MONDAY, deadline=date(2026, 7, 22))
    TaskFactory(deleted=True, start=MONDAY, deadline=date(2026, 7, 22))

    assert services.remind(at=at(2)) == 1


def test_a_moved_deadline_is_reminded_of_anew(task):
    services.remind(at=at(2))
    task.deadline = date(2026, 7, 23)
    task.save()

    assert services.remind(at=at(3)) == 1


@pytest.mark.parametrize("rows", [1, 50])
def test_a_tick_with_nothing_new_costs_the_same(task, rows, django_assert_max_num_queries):
    TaskFactory.create_batch(rows, start=MONDAY, deadline=date(2026, 7, 30))

    with django_assert_max_num_queries(6):
        services.remind(at=at(0))
