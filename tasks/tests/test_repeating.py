"""Repeated tasks and the rules they follow."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from tasks import rules, services
from tasks.models import Task
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 7, 20)


def noon(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def weekly(rule="FREQ=WEEKLY", **fields):
    fields = {"title": "Check the backups", "start": MONDAY, "deadline": MONDAY + timedelta(days=2)} | fields
    return services.create(by=actor_of(UserFactory()), executor=UserFactory(), recurrence=rule, **fields)


def starts():
    return list(Task.objects.order_by("start").values_list("start", flat=True))


def test_the_next_occurrence_is_known_at_once():
    assert weekly().next_on == MONDAY + timedelta(days=7)


def test_the_successor_comes_on_its_day_with_all_that_belongs_to_it():
    watcher = UserFactory()
    task = weekly(checklist=[{"text": "Restore one"}], watchers=[watcher])
    services.check(task, by=actor_of(task.executor), item=task.checklist.first().pk)

    assert services.repeat(at=noon(MONDAY + timedelta(days=6))) == 0
    assert services.repeat(at=noon(MONDAY + timedelta(days=7))) == 1

    made = Task.objects.exclude(pk=task.pk).get()
    assert (made.start, made.deadline - made.start) == (MONDAY + timedelta(days=7), timedelta(days=2))
    assert (made.series, made.next_on) == (task, MONDAY + timedelta(days=14))
    assert list(made.checklist.values_list("text", "done")) == [("Restore one", False)]
    assert [watching.user for watching in made.watchings.all()] == [watcher]


def test_running_twice_makes_one():
    weekly()
    day = noon(MONDAY + timedelta(days=7))

    assert [services.repeat(at=day), services.repeat(at=day)] == [1, 0]


def test_of_missed_occurrences_only_the_latest_is_made():
    weekly()

    services.repeat(at=noon(MONDAY + timedelta(days=24)))

    assert starts() == [MONDAY, MONDAY + timedelta(days=21)]
    assert Task.objects.get(next_on__isnull=False).next_on == MONDAY + timedelta(days=28)


def test_a_series_ends_with_its_rule():
    task = weekly("FREQ=WEEKLY;UNTIL=20260727")
    services.repeat(at=noon(MONDAY + timedelta(days=7)))

    assert services.repeat(at=noon(MONDAY + timedelta(days=70))) == 0
    assert starts() == [MONDAY, MONDAY + timedelta(days=7)]
    assert not Task.objects.filter(next_on__isnull=False).exists()
    assert task.next_on


def test_a_cancelled_task_is_not_repeated():
    task = weekly()
    services.cancel(task, by=actor_of(task.author))

    assert services.repeat(at=noon(MONDAY + timedelta(days=7))) == 0


def test_what_nobody_is_left_to_do_comes_back_to_its_author():
    task = weekly()
    task.executor.is_active = False
    task.executor.save()

    services.repeat(at=noon(MONDAY + timedelta(days=7)))

    assert Task.objects.latest("pk").executor == task.author


def test_a_changed_rule_changes_the_next_occurrence():
    task = weekly()
    services.edit(task, by=actor_of(task.author), recurrence="FREQ=DAILY")
    assert task.next_on == MONDAY + timedelta(days=1)

    services.edit(task, by=actor_of(task.author), recurrence="")
    assert task.next_on is None


@pytest.mark.parametrize(
    "rule",
    ["weekly", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;INTERVAL=0", "FREQ=", "BYDAY=MO"],
)  # fmt: skip
def test_a_rule_that_means_nothing_is_refused(rule):
    with pytest.raises(ValidationError):
        weekly(rule)


def test_a_rule_that_never_comes_true_is_followed_to_an_end():
    assert rules.next_after("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", MONDAY, MONDAY) is None
