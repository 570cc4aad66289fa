"""Two at once, each with a database connection of its own: exactly one wins."""

from datetime import UTC, date, datetime

import pytest

from accounts.tests.factories import UserFactory
from notifications.models import Notice
from tasks import services
from tasks.models import Task
from tasks.tests.factories import TaskFactory
from workflow.models import Event, MoveRefused
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


def test_of_two_returns_at_once_one_counts():
    task = TaskFactory(done=True)
    by = actor_of(task.author)
    copies = [Task.objects.get(pk=task.pk) for _copy in range(3)]

    outcomes = together(*[lambda one=one: services.give_back(one, by=by, note="Not all.") for one in copies])

    assert sorted(str(type(outcome).__name__) for outcome in outcomes) == ["MoveRefused", "MoveRefused", "NoneType"]
    assert Task.objects.get(pk=task.pk).returns == 1
    assert Event.objects.about(task).filter(verb="return").count() == 1


def test_of_cancelling_and_reporting_at_once_one_wins():
    task = TaskFactory(in_progress=True)
    one, other = Task.objects.get(pk=task.pk), Task.objects.get(pk=task.pk)

    outcomes = together(
        lambda: services.cancel(one, by=actor_of(task.author)),
        lambda: services.report_done(other, by=actor_of(task.executor)),
    )

    verbs = list(Event.objects.about(task).values_list("verb", flat=True))
    # Who reports first may still be cancelled; who is cancelled first is not reported any more.
    assert verbs in (["cancel"], ["done", "cancel"], ["done"])
    assert len(verbs) == sum(outcome is None for outcome in outcomes)


def test_of_reporting_and_handing_over_at_once_nothing_is_half_done():
    task, heir = TaskFactory(in_progress=True), UserFactory()
    manager = actor_of(UserFactory(manager=True))
    one, other = Task.objects.get(pk=task.pk), Task.objects.get(pk=task.pk)

    together(
        lambda: services.report_done(one, by=actor_of(task.executor)),
        lambda: services.hand_over(other, by=manager, to=heir),
    )

    verbs = list(Event.objects.about(task).values_list("verb", flat=True))
    assert (Task.objects.get(pk=task.pk).executor == heir) == ("hand-over-task" in verbs)
    assert verbs != ["done", "hand-over-task"]  # what is reported is not handed over


def test_two_of_different_words_both_last():
    task = TaskFactory()
    by = actor_of(task.author)
    one, other = Task.objects.get(pk=task.pk), Task.objects.get(pk=task.pk)

    together(
        lambda: services.edit(one, by=by, title="Renew it"),
        lambda: services.edit(other, by=by, priority="high"),
    )

    task.refresh_from_db()
    assert (task.title, task.priority, task.version) == ("Renew it", "high", 3)
