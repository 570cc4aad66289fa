"""Every open task stands in exactly one list of each person concerned, and the counters equal the lists."""

from datetime import timedelta
from itertools import product

import pytest

from accounts.tests.factories import UserFactory
from tasks.lists import pressing
from tasks.models import Task, TaskWatcher
from tasks.models.task import today
from tasks.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
API = "/api/v1/tasks/"
LISTS = ("ordered", "todo", "to-accept", "awaiting")
STATES = ("open", "in_progress", "done", "accepted", "cancelled")
OPEN = STATES[:3]


def table(author, executor, watcher):
    """One task of every sort: state, whose it is, in time or late, present or deleted."""
    pairs = [(author, executor), (executor, author), (author, author), (executor, executor)]
    for state, (one, other), late, deleted in product(STATES, pairs, (False, True), (False, True)):
        traits = {state: True} if state != "open" else {}
        task = TaskFactory(author=one, executor=other, late=late, deleted=deleted, **traits)
        TaskWatcher.objects.create(task=task, user=watcher)


def listed(client, name):
    return [row["id"] for row in client.get(f"{API}{name}/?page_size=500").json()["results"]]


@pytest.fixture
def people():
    people = {name: UserFactory(username=name) for name in ("author", "executor", "watcher")}
    table(**people)
    return people | {"stranger": UserFactory(), "manager": UserFactory(manager=True), "admin": UserFactory(admin=True)}


@pytest.mark.parametrize("who", ["author", "executor"])
def test_every_open_task_stands_in_exactly_one_list_of_each_person_concerned(people, api, who):
    user, client = people[who], api(people[who])
    places = {name: listed(client, name) for name in LISTS}
    standing = {task.pk: [name for name in LISTS if task.pk in places[name]] for task in Task.objects.all()}

    for task in Task.objects.all():
        concerned = user in (task.author, task.executor)
        expected = 1 if concerned and task.status in OPEN and task.deleted_at is None else 0
        assert len(standing[task.pk]) == expected, (task.status, task.author, task.executor, standing[task.pk])
        if task.author == task.executor == user and expected:
            assert standing[task.pk] == ["todo"]


@pytest.mark.parametrize("who", ["watcher", "stranger", "manager", "admin"])
def test_nobody_else_has_it_in_a_list_of_theirs(people, api, who):
    client = api(people[who])

    assert [listed(client, name) for name in LISTS] == [[], [], [], []]


@pytest.mark.parametrize("who", ["author", "executor", "watcher", "stranger", "manager", "admin"])
def test_counters_equal_the_lists_of_page_and_api(people, api, page, who):
    client, pages = api(people[who]), page(people[who])
    tabs = [tab for tab in pages.get("/tasks/").context["tabs"] if tab["count"] is not None]

    for tab in tabs:
        rows = pages.get(f"/tasks/?tab={tab['name']}").context["page"].paginator.count
        assert (tab["name"], tab["count"], len(listed(client, tab["name"]))) == (tab["name"], rows, rows)


def test_opened_is_the_union_of_the_four_for_who_has_a_part_alone(people, api):
    client = api(people["author"])

    assert sorted(listed(client, "opened")) == sorted(pk for name in LISTS for pk in listed(client, name))


def test_lists_stand_by_deadline_and_then_by_number(people, api):
    for name in (*LISTS, "opened", "overdue"):
        rows = api(people["author"]).get(f"{API}{name}/").json()["results"]
        assert rows == sorted(rows, key=lambda row: (row["deadline"], row["id"]))


def test_what_presses_is_late_due_today_or_waits_for_acceptance():
    me, other = UserFactory(), UserFactory()
    late, due = TaskFactory(executor=me, late=True), TaskFactory(executor=me, deadline=today())
    done = TaskFactory(author=me, done=True)
    TaskFactory(executor=me, deadline=today() + timedelta(days=1))
    TaskFactory(executor=me, done=True, late=True)
    TaskFactory(author=me, executor=other, late=True)
    TaskFactory(executor=me, late=True, deleted=True)

    rows = list(pressing(me))

    assert rows == [late, due, done]
    assert (rows[0].late_count, rows[0].due_count, rows[0].to_accept_count) == (1, 1, 1)


def test_the_home_page_counts_beyond_what_it_shows(page):
    me = UserFactory()
    TaskFactory.create_batch(12, executor=me, late=True)
    TaskFactory(executor=me, deadline=today())

    answer = page(me).get("/")

    assert len(answer.context["tasks"]) == 8
    assert "overdue 12" in answer.text


def test_the_home_page_of_an_auditor_has_no_tasks(page):
    assert "My tasks today" not in page(UserFactory(auditor=True)).get("/").text
