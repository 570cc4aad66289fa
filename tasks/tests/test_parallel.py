"""Two at once, each with a database connection of its own: exactly one wins."""

from datetime import UTC, date, datetime

import pytest

from accounts.tests.factories import UserFactory
from notifications.models import Notice
from tasks import services
from tasks.models import Task
from tasks.tests.factories import TaskFactory
from workflow.models import MoveRefused
from workflow.tests.actors import actor_of
from workflow.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = date(2026, 7, 20)


def test_of_accepting_and_returning_at_once_one_wins():
    task = TaskFactory(done=True)
    by, one, other = actor_of(task.author), Task.objects.get(pk=task.pk), Task.objects.get(pk=task.pk)

    outcomes = together(
        lambda: services.accept(one, by=by), lambda: services.give_back(other, by=by, note="The key is missing.")
    )

    assert [type(outcome) for outcome in outcomes if outcome] == [MoveRefused]
    assert Notice.objects.filter(recipient=task.executor).count() == 1


def test_two_schedulers_remind_once():
    people = {name: UserFactory(time_zone="Europe/Moscow") for name in ("author", "executor")}
    TaskFactory(start=MONDAY, deadline=date(2026, 7, 22), **people)
    noon = datetime(2026, 7, 22, 9, tzinfo=UTC)

    outcomes = together(*[lambda: services.remind(at=noon)] * 4)

    assert sorted(outcomes) == [0, 0, 0, 1]
    assert Notice.objects.count() == 1


def test_two_schedulers_repeat_once():
    services.create(
        by=actor_of(UserFactory()), executor=UserFactory(), title="Check the backups", recurrence="FREQ=WEEKLY",
        start=MONDAY, deadline=date(2026, 7, 22),
    )  # fmt: skip

    outcomes = together(*[lambda: services.repeat(at=datetime(2026, 7, 27, 9, tzinfo=UTC))] * 4)

    assert sorted(outcomes) == [0, 0, 0, 1]
    assert Task.objects.count() == 2
