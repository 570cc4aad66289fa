from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import services as people
from accounts.tests.factories import UserFactory
from notifications.models import Notice
from tasks import services
from tasks.models import Task
from tasks.models.task import lists_of, today
from tasks.tests.factories import TaskFactory
from workflow.models import Conflict, Event, MoveRefused, StaleVersion
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
Status = Task.Status
LISTS = ["todo", "ordered", "to-accept", "awaiting"]


def set_by(author, executor, **fields):
    fields = {"title": "Replace the certificate", "deadline": today() + timedelta(days=3)} | fields
    return services.create(by=actor_of(author), executor=executor, **fields)


def told():
    """Who was told what, the oldest first."""
    return list(Notice.objects.order_by("pk").values_list("recipient__username", "kind"))


def standing_in(task, user):
    conditions = lists_of(user)
    return [name for name in LISTS if Task.objects.filter(conditions[name], pk=task.pk).exists()]


def test_the_story_of_a_promise_and_who_hears_of_it():
    author, executor = UserFactory(username="author"), UserFactory(username="executor")
    one, other = actor_of(author), actor_of(executor)
    task = set_by(author, executor)

    services.start(task, by=other)
    services.report_done(task, by=other, note="Ready.")
    services.give_back(task, by=one, note="The chain is missing.")
    services.report_done(task, by=other)
    services.accept(task, by=one)

    assert (task.status, task.returns) == (Status.ACCEPTED, 1)
    assert told() == [
        ("executor", "task.set"),
        ("author", "task.done"),
        ("executor", "task.returned"),
        ("author", "task.done"),
        ("executor", "task.accepted"),
    ]
    verbs = Event.objects.about(task).values_list("verb", flat=True)
    assert list(verbs) == ["set", "start", "done", "return", "done", "accept"]


def test_an_open_task_stands_in_exactly_one_list_of_each_side():
    author, executor = UserFactory(), UserFactory()
    people = {"author": author, "executor": executor}
    for trait, of_author, of_executor in [
        ({}, ["ordered"], ["todo"]),
        ({"in_progress": True}, ["ordered"], ["todo"]),
        ({"done": True}, ["to-accept"], ["awaiting"]),
        ({"accepted": True}, [], []),
        ({"cancelled": True}, [], []),
    ]:
        task = TaskFactory(**people, **trait)
        assert (standing_in(task, author), standing_in(task, executor)) == (of_author, of_executor)


@pytest.mark.parametrize("trait", [{}, {"in_progress": True}, {"done": True}])
def test_what_one_promised_oneself_stands_in_to_do_alone(trait):
    task = TaskFactory(self_set=True, **trait)

    assert standing_in(task, task.author) == ["todo"]


def test_what_one_promised_oneself_is_accepted_when_done():
    task = TaskFactory(self_set=True, in_progress=True)

    services.report_done(task, by=actor_of(task.author))

    assert task.status == Status.ACCEPTED
    assert told() == []


def test_a_deadline_before_the_start_is_refused():
    with pytest.raises(ValidationError, match="before the start"):
        set_by(UserFactory(), UserFactory(), start=today(), deadline=today() - timedelta(days=1))


def test_a_start_in_the_past_is_allowed():
    task = set_by(UserFactory(), UserFactory(), start=today() - timedelta(days=30))

    assert task.status == Status.OPEN


@pytest.mark.parametrize("trait", [{"inactive": True}, {"auditor": True}])
def test_who_cannot_work_is_given_nothing(trait):
    with pytest.raises(ValidationError, match="does not take tasks"):
        set_by(UserFactory(), UserFactory(**trait))


@pytest.mark.parametrize("verb", [services.accept, services.cancel])
def test_the_executor_may_not_do_what_only_the_author_may(verb):
    task = TaskFactory(done=True)

    with pytest.raises(PermissionDenied):
        verb(task, by=actor_of(task.executor))
    with pytest.raises(PermissionDenied):
        services.edit(task, by=actor_of(task.executor), title="Something easier")
    with pytest.raises(PermissionDenied):
        services.decide_deadline(task, by=actor_of(task.executor), accept=True)


@pytest.mark.parametrize("trait", [{}, {"technician": True}, {"manager": True}])
def test_a_stranger_accepts_nothing(trait):
    task = TaskFactory(done=True)

    with pytest.raises(PermissionDenied):
        services.accept(task, by=actor_of(UserFactory(**trait)))

    assert Task.objects.get(pk=task.pk).status == Status.DONE


def test_administrators_edit_and_accept():
    task, by = TaskFactory(done=True), actor_of(UserFactory(admin=True))

    services.edit(task, by=by, title="Better words")
    services.accept(task, by=by)

    assert (task.title, task.status) == ("Better words", Status.ACCEPTED)


def test_a_cancelled_task_stays_as_it_is():
    task = TaskFactory(cancelled=True)
    author, executor = actor_of(task.author), actor_of(task.executor)

    for verb, by in [(services.start, executor), (services.report_done, executor), (services.accept, author)]:
        with pytest.raises(MoveRefused) as refused:
            verb(task, by=by)
        assert refused.value.allowed == []
    with pytest.raises(Conflict):
        services.edit(task, by=author, title="New")
    with pytest.raises(Conflict):
        services.ask_deadline(task, by=executor, deadline=task.deadline + timedelta(days=1))


def test_of_accepting_and_returning_at_once_one_wins():
    task = TaskFactory(done=True)
    stale = Task.objects.get(pk=task.pk)
    services.accept(task, by=actor_of(task.author))

    with pytest.raises(MoveRefused):
        services.give_back(stale, by=actor_of(task.author), note="No.")

    assert Task.objects.get(pk=task.pk).status == Status.ACCEPTED


def test_returning_needs_a_reason_and_a_report():
    author = actor_of((task := TaskFactory(done=True)).author)

    with pytest.raises(ValidationError):
        services.give_back(task, by=author, note="  ")
    with pytest.raises(MoveRefused):
        services.give_back(TaskFactory(author=author.user), by=author, note="Why?")


def test_a_returned_task_is_overdue_again():
    task = TaskFactory(done=True, late=True)
    assert not Task.objects.overdue().exists()

    services.give_back(task, by=actor_of(task.author), note="Not yet.")

    assert list(Task.objects.overdue()) == [task]


def test_reported_work_is_not_started_again_by_its_executor():
    task = TaskFactory(done=True)

    with pytest.raises(MoveRefused):
        services.start(task, by=actor_of(task.executor))


@pytest.mark.parametrize(("accept", "days"), [(True, 5), (False, 0)])
def test_a_later_deadline_is_asked_and_decided(accept, days):
    author, executor = UserFactory(username="author"), UserFactory(username="executor")
    task = TaskFactory(author=author, executor=executor)
    before = task.deadline

    services.ask_deadline(task, by=actor_of(executor), deadline=before + timedelta(days=5), note="Ill.")
    services.decide_deadline(task, by=actor_of(author), accept=accept)

    assert (task.deadline, task.asked_deadline) == (before + timedelta(days=days), None)
    assert told() == [("author", "task.deadline-asked"), ("executor", "task.deadline-decided")]
    assert len(Event.objects.about(task)) == 2


def test_only_a_later_day_can_be_asked():
    task = TaskFactory()

    with pytest.raises(ValidationError, match="after the present deadline"):
        services.ask_deadline(task, by=actor_of(task.executor), deadline=task.deadline)


def test_nothing_asked_is_nothing_to_decide():
    task = TaskFactory()

    with pytest.raises(Conflict):
        services.decide_deadline(task, by=actor_of(task.author), accept=True)


def test_an_edit_refuses_a_stale_copy_and_dates_the_wrong_way_round():
    task = TaskFactory()
    by = actor_of(task.author)
    services.edit(task, by=by, title="New words")

    with pytest.raises(StaleVersion):
        services.edit(task, by=by, version=1, title="Older words")
    with pytest.raises(ValidationError, match="before the start"):
        services.edit(task, by=by, start=task.deadline + timedelta(days=1))


def test_a_new_executor_is_told():
    task, newcomer = TaskFactory(), UserFactory(username="newcomer")

    services.edit(task, by=actor_of(task.author), executor=newcomer)

    assert told() == [("newcomer", "task.set")]


def test_watchers_see_the_task_and_others_do_not():
    task, watcher = TaskFactory(), UserFactory()
    assert not Task.objects.visible_to(watcher).exists()

    services.edit(task, by=actor_of(task.author), watchers=[watcher])

    assert list(Task.objects.visible_to(watcher)) == [task]
    assert not Task.objects.visible_to(UserFactory()).exists()
    assert Task.objects.visible_to(UserFactory(auditor=True)).exists()


def test_who_watches_hears_of_every_turn_and_of_nothing_else():
    author, executor, watcher = (UserFactory(username=name) for name in ("author", "executor", "watcher"))
    task = set_by(author, executor, watchers=[watcher, author])
    one, other = actor_of(author), actor_of(executor)

    services.start(task, by=other)
    services.comment(task, by=other, text="Half of it.")
    services.report_done(task, by=other)
    services.give_back(task, by=one, note="The chain is missing.")
    services.report_done(task, by=other)
    services.accept(task, by=one)

    assert [kind for person, kind in told() if person == "watcher"] == ["task.watched"] * 4
    assert "task.watched" not in [kind for person, kind in told() if person != "watcher"]
    titles = Notice.objects.filter(recipient=watcher).order_by("pk").values_list("title", flat=True)
    assert [title.rsplit(": ")[-1] for title in titles] == ["done", "in progress", "done", "accepted"]


def test_the_executor_hears_that_nobody_needs_it_any_more():
    task = TaskFactory(executor=UserFactory(username="executor"))

    services.cancel(task, by=actor_of(task.author), note="Bought elsewhere.")

    assert told() == [("executor", "task.cancelled")]


def test_what_one_promised_oneself_is_told_to_nobody():
    me = UserFactory()
    task = set_by(me, me)
    services.start(task, by=actor_of(me))
    services.report_done(task, by=actor_of(me))

    assert told() == []


def test_an_administrator_who_accepts_for_the_author_is_not_taken_for_them():
    task = TaskFactory(done=True, executor=UserFactory(username="executor"))

    services.accept(task, by=actor_of(UserFactory(admin=True)))

    assert told() == [("executor", "task.accepted")]


def test_steps_are_ticked_off_and_keep_their_tick_when_others_come():
    task = set_by(UserFactory(), executor := UserFactory(), checklist=[{"text": "Order"}, {"text": "Install"}])
    services.check(task, by=actor_of(executor), item=task.checklist.first().pk)

    services.edit(task, by=actor_of(task.author), checklist=[{"text": "Order"}, {"text": "Pay"}])

    assert list(task.checklist.values_list("text", "done")) == [("Order", True), ("Pay", False)]


def test_a_step_of_another_task_is_refused():
    other = set_by(UserFactory(), UserFactory(), checklist=[{"text": "Order"}])
    task = TaskFactory()

    with pytest.raises(ValidationError):
        services.check(task, by=actor_of(task.executor), item=other.checklist.first().pk)


def test_managers_hand_open_work_over():
    task, heir = TaskFactory(), UserFactory()

    services.hand_over(task, by=actor_of(UserFactory(manager=True)), to=heir)

    assert task.executor == heir


@pytest.mark.parametrize("trait", ["done", "accepted", "cancelled", "deleted"])
def test_what_is_over_is_handed_to_nobody(trait):
    task = TaskFactory(**{trait: True})
    was = task.executor

    with pytest.raises(Conflict):
        services.hand_over(task, by=actor_of(UserFactory(manager=True)), to=UserFactory())

    task.refresh_from_db()
    assert task.executor == was
    assert told() == []


@pytest.mark.parametrize("trait", [{"is_active": False}, {"auditor": True}])
def test_work_is_handed_only_to_who_can_do_it(trait):
    task = TaskFactory()

    with pytest.raises(ValidationError):
        services.hand_over(task, by=actor_of(UserFactory(manager=True)), to=UserFactory(**trait))


def test_the_work_of_who_leaves_is_handed_over_in_one_step():
    leaver, heir = UserFactory(), UserFactory(username="heir")
    manager = actor_of(UserFactory(admin=True))
    begun, untouched = TaskFactory(executor=leaver, in_progress=True), TaskFactory(executor=leaver)
    reported, over = TaskFactory(executor=leaver, done=True), TaskFactory(executor=leaver, accepted=True)

    people.deactivate(leaver, by=manager)
    people.hand_over(leaver, by=manager, to=heir)

    assert set(Task.objects.filter(executor=heir)) == {begun, untouched}
    assert set(Task.objects.filter(executor=leaver)) == {reported, over}
    assert told().count(("heir", "task.set")) == 2


def test_who_has_left_is_neither_told_nor_in_the_way():
    task = TaskFactory(done=True)
    task.executor.is_active = False
    task.executor.save()

    services.accept(task, by=actor_of(task.author))

    assert (task.status, told()) == (Status.ACCEPTED, [])
