from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from notifications.models import Notice
from suspensions.tests.factories import SuspensionFactory, TechProcessFactory
from tasks.models import Task
from tasks.models.task import today
from tasks.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/tasks/"


def at(task, verb=""):
    return f"{LIST}{task.pk}/{verb}"


def day(days=0):
    return (today() + timedelta(days=days)).isoformat()


def numbers(answer):
    return [row["id"] for row in answer.json()["results"]]


def test_two_people_carry_a_task_from_set_to_accepted(api):
    author, executor = UserFactory(), UserFactory()
    one, other = api(author), api(executor)
    made = one.post(LIST, {"title": "Replace it", "deadline": day(2), "executor": executor.pk}, format="json")
    assert made.status_code == 201
    path = made["Location"]

    assert other.post(f"{path}start/").json()["status"] == "in_progress"
    assert other.post(f"{path}done/", {"note": "Ready."}).json()["status"] == "done"
    assert one.post(f"{path}return/", {"note": "Not all."}).json()["status"] == "in_progress"
    other.post(f"{path}done/")
    assert one.post(f"{path}accept/").json()["status"] == "accepted"

    told = list(Notice.objects.order_by("pk").values_list("recipient", "kind"))
    assert told == [
        (executor.pk, "task.set"),
        (author.pk, "task.done"),
        (executor.pk, "task.returned"),
        (author.pk, "task.done"),
        (executor.pk, "task.accepted"),
    ]


def test_each_list_holds_its_tasks_by_deadline(api):
    me, other = UserFactory(), UserFactory()
    later = TaskFactory(author=me, executor=other, deadline=today() + timedelta(days=9))
    sooner = TaskFactory(author=me, executor=other, deadline=today() + timedelta(days=1))
    reported = TaskFactory(author=me, executor=other, done=True)
    mine = TaskFactory(executor=me, late=True)
    awaiting = TaskFactory(executor=me, done=True)
    own = TaskFactory(author=me, executor=me)
    TaskFactory(author=me, accepted=True)
    TaskFactory(author=me, deleted=True)
    TaskFactory()
    client = api(me)

    assert numbers(client.get(f"{LIST}ordered/")) == [sooner.pk, later.pk]
    assert numbers(client.get(f"{LIST}to-accept/")) == [reported.pk]
    assert numbers(client.get(f"{LIST}todo/")) == [mine.pk, own.pk]
    assert numbers(client.get(f"{LIST}awaiting/")) == [awaiting.pk]
    assert numbers(client.get(f"{LIST}overdue/")) == [mine.pk]
    assert len(numbers(client.get(f"{LIST}opened/"))) == 6
    assert len(numbers(client.get(LIST))) == 7


def test_lists_are_filtered_and_ordered(api):
    me = UserFactory()
    low = TaskFactory(executor=me, priority="low")
    high = TaskFactory(executor=me, priority="high", title="Order the licence")
    client = api(me)

    assert numbers(client.get(f"{LIST}todo/?priority=high")) == [high.pk]
    assert numbers(client.get(f"{LIST}todo/?search=LICENCE")) == [high.pk]
    assert numbers(client.get(f"{LIST}todo/?ordering=priority")) == [low.pk, high.pk]
    assert numbers(client.get(f"{LIST}todo/?deadline_before={day(7)}")) == []
    assert numbers(client.get(f"{LIST}?overdue=true")) == []
    assert client.get(f"{LIST}?status=lost").status_code == 400


def test_who_has_no_part_in_a_task_does_not_find_it(api):
    task = TaskFactory()

    assert api(UserFactory()).get(at(task)).status_code == 404
    assert api(UserFactory()).post(at(task, "accept/")).status_code == 404
    assert api(UserFactory(manager=True)).post(at(task, "accept/")).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"deadline": "2026-07-01", "start": "2026-07-02"}, "deadline"),
        ({"executor": 999999}, "executor"),
        ({"executor": None}, "executor"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"deadline": "soon"}, "deadline"),
        ({"priority": "urgent"}, "priority"),
        ({"recurrence": "sometimes"}, "recurrence"),
        ({"incident": 999999}, "incident"),
        ({"process": "NONE"}, "process"),
        ({"watchers": [999999]}, "watchers.0"),
    ],
)
def test_bad_input_is_refused_at_its_field(api, wrong, field):
    sent = {"title": "Replace it", "deadline": day(2), "executor": UserFactory().pk} | wrong

    answer = api(UserFactory()).post(LIST, sent, format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == field
    assert not Task.objects.exists()


def test_an_inactive_executor_is_refused(api):
    sent = {"title": "Replace it", "deadline": day(2), "executor": UserFactory(inactive=True).pk}

    assert api(UserFactory()).post(LIST, sent, format="json").status_code == 400


def test_a_task_names_its_incident_case_and_process(api):
    incident, case, process = IncidentFactory(), SuspensionFactory(), TechProcessFactory()
    sent = {"title": "Mend it", "deadline": "2030-01-02T21:30:00Z", "executor": UserFactory().pk}
    sent |= {"incident": incident.pk, "suspension": case.pk, "process": process.code}

    shown = api(UserFactory(time_zone="UTC")).post(LIST, sent, format="json").json()

    assert (shown["incident"], shown["suspension"], shown["process"]["id"]) == (incident.pk, case.pk, process.pk)
    assert shown["deadline"] in {"2030-01-02", "2030-01-03"}  # the organisation's day


def test_the_author_alone_changes_a_task(api):
    task = TaskFactory()
    sent = {"title": "Better words", "watchers": [UserFactory().pk], "checklist": [{"text": "Order"}]}

    assert api(task.executor).patch(at(task), sent, format="json").status_code == 403
    shown = api(task.author).patch(at(task), sent, format="json").json()

    assert shown["title"] == "Better words"
    assert len(shown["watchers"]) == len(shown["checklist"]) == 1


def test_an_older_version_is_refused(api):
    task = TaskFactory()
    client = api(task.author)
    client.patch(at(task), {"title": "New"}, format="json")

    assert client.patch(at(task), {"title": "Old"}, format="json", headers={"If-Match": '"1"'}).status_code == 412


def test_verbs_out_of_turn_are_refused_with_what_is_allowed(api):
    task = TaskFactory(cancelled=True)

    answer = api(task.author).post(at(task, "accept/"))

    assert (answer.status_code, answer.json()["allowed"]) == (409, [])


def test_a_later_deadline_is_asked_and_granted(api):
    task = TaskFactory(in_progress=True)

    assert api(task.executor).post(at(task, "ask-deadline/"), {"deadline": day(20)}).json()["asked_deadline"] == day(20)
    assert api(task.executor).post(at(task, "decide-deadline/"), {"accept": True}).status_code == 403
    assert api(task.author).post(at(task, "decide-deadline/"), {"accept": True}).json()["deadline"] == day(20)


def test_steps_comments_and_watching(api):
    task = TaskFactory()
    step = task.checklist.create(text="Order")
    client = api(task.executor)

    assert client.post(at(task, "check/"), {"item": step.pk}).json()["checklist"][0]["done"] is True
    assert client.post(at(task, "comments/"), {"text": "Ordered."}).status_code == 201
    assert client.get(at(task, "comments/")).json()["results"][0]["text"] == "Ordered."
    manager = UserFactory(manager=True)
    assert api(manager).post(at(task, "watch/")).json()["watchers"][0]["id"] == manager.pk
    assert [event["verb"] for event in client.get(at(task, "timeline/")).json()["results"]] == [
        "check", "comment", "watch-task",
    ]  # fmt: skip


def test_administrators_delete_and_restore(api):
    task = TaskFactory()
    admin = api(UserFactory(admin=True))

    assert admin.post(at(task, "delete/"), {"note": "Set twice."}).status_code == 200
    assert api(task.author).get(at(task)).status_code == 404
    assert admin.post(at(task, "undelete/")).status_code == 200


def test_a_repeated_key_sets_one_task(api):
    client, sent = api(UserFactory()), {"title": "Once", "deadline": day(2), "executor": UserFactory().pk}
    for _attempt in range(2):
        client.post(LIST, sent, format="json", headers={"Idempotency-Key": "a"})

    assert Task.objects.count() == 1


def test_the_export_holds_what_the_reader_sees(api):
    mine = TaskFactory(title="=1+1")
    TaskFactory(title="Not theirs")

    text = b"".join(api(mine.author).get(f"{LIST}export/?format=csv")).decode()

    assert "'=1+1" in text
    assert "Not theirs" not in text


@pytest.mark.parametrize("path", ["", "todo/", "opened/", "export/"])
def test_a_list_costs_the_same_whatever_its_length(api, path):
    me = UserFactory(manager=True)
    costs = []
    for rows in (1, 49):
        TaskFactory.create_batch(rows, executor=me, process=TechProcessFactory())
        client = api(me)
        with CaptureQueriesContext(connection) as cost:
            client.get(f"{LIST}{path}")
        costs.append(len(cost))

    assert costs[1] <= costs[0]
