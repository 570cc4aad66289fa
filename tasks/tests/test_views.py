from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import TechProcessFactory
from tasks.models import Task
from tasks.models.task import today
from tasks.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
LIST = "/tasks/"


def test_the_counters_of_the_tabs_equal_their_lists(page):
    me, other = UserFactory(), UserFactory()
    TaskFactory.create_batch(2, executor=me)
    TaskFactory(executor=me, late=True)
    TaskFactory(author=me, executor=me)
    TaskFactory(author=me, executor=other, done=True)
    TaskFactory(author=me, executor=other)
    TaskFactory(executor=me, done=True)
    TaskFactory(executor=me, accepted=True)
    client = page(me)

    tabs = client.get(LIST).context["tabs"]
    shown = {tab["name"]: client.get(f"{LIST}?tab={tab['name']}").context["page"].paginator.count for tab in tabs}

    assert {tab["name"]: tab["count"] for tab in tabs if tab["count"] is not None} == {
        name: count for name, count in shown.items() if name != "all"
    }
    assert shown == {
        "todo": 4, "ordered": 1, "to-accept": 1, "awaiting": 1, "overdue": 1, "opened": 7, "all": 8,
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["orlov", "Илья Орлов", "Орлов Илья", "Илья Орлов (orlov)"])
def test_a_task_is_set_with_three_fields_and_a_typed_name(page, typed):
    orlov = UserFactory(username="orlov", first_name="Илья", last_name="Орлов")
    sent = {"title": "Replace it", "executor": typed, "deadline": today().isoformat(), "priority": "medium"}

    answer = page(UserFactory()).post(f"{LIST}new/", sent)

    task = Task.objects.get()
    assert answer["Location"] == task.get_absolute_url()
    assert task.executor == orlov


@pytest.mark.parametrize(
    "wrong",
    [
        {"executor": "nobody"},
        {"executor": "Namesake"},
        {"deadline": "2020-01-01", "start": "2020-01-02"},
        {"title": ""},
    ],
)
def test_what_is_wrong_is_said_at_the_form(page, wrong):
    UserFactory.create_batch(2, first_name="Namesake")
    person = UserFactory()
    sent = {"title": "Replace it", "executor": person.username, "deadline": today().isoformat(), "priority": "medium"}

    answer = page(UserFactory()).post(f"{LIST}new/", sent | wrong)

    assert answer.status_code == 400
    assert not Task.objects.exists()


def test_a_corrective_task_grows_out_of_an_incident(page):
    incident, me = IncidentFactory(), UserFactory()
    client = page(me)
    address = f"{LIST}new/?incident={incident.pk}"
    assert address in client.get(incident.get_absolute_url()).text
    assert f'name="incident" value="{incident.pk}"' in client.get(address).text

    sent = {"title": "Never again", "executor": me.username, "deadline": today().isoformat(), "priority": "high"}
    client.post(address, sent | {"incident": incident.pk})

    assert Task.objects.get().incident == incident
    assert "Never again" in client.get(incident.get_absolute_url()).text


def test_the_card_offers_what_the_reader_may_do(page):
    task = TaskFactory(done=True)

    of_author = page(task.author).get(task.get_absolute_url()).text
    assert f"{task.get_absolute_url()}accept/" in of_author
    of_executor = page(task.executor).get(task.get_absolute_url()).text
    assert f"{task.get_absolute_url()}accept/" not in of_executor


def test_strangers_find_no_card(page):
    assert page(UserFactory()).get(TaskFactory().get_absolute_url()).status_code == 404


def test_verbs_are_done_by_their_pages(page):
    task = TaskFactory(in_progress=True)
    path = task.get_absolute_url()

    page(task.executor).post(f"{path}ask-deadline/", {"deadline": (today() + timedelta(days=20)).isoformat()})
    page(task.author).post(f"{path}decide-deadline/", {"accept": "yes"})
    page(task.executor).post(f"{path}done/", {"note": "Ready."})
    assert page(task.author).post(f"{path}return/", {"note": ""}).status_code == 400
    page(task.author).post(f"{path}return/", {"note": "Not all."})

    task.refresh_from_db()
    assert (task.status, task.deadline) == ("in_progress", today() + timedelta(days=20))


def test_an_edit_keeps_ticks_and_refuses_a_stale_form(page):
    task = TaskFactory()
    task.checklist.create(text="Order", done=True)
    path, client = f"{task.get_absolute_url()}edit/", page(task.author)
    sent = {"title": "Better", "executor": task.executor.username, "deadline": task.deadline.isoformat()}
    sent |= {"priority": "low", "checklist": "Order\nPay", "version": 1, "recurrence": "FREQ=WEEKLY"}

    client.post(path, sent)

    assert list(task.checklist.values_list("text", "done")) == [("Order", True), ("Pay", False)]
    assert client.post(path, sent | {"title": "Older"}).status_code == 412


def test_a_step_is_ticked_off_on_the_card(page):
    task = TaskFactory()
    step = task.checklist.create(text="Order")

    page(task.executor).post(f"{task.get_absolute_url()}check/", {"item": step.pk, "done": "on"})

    step.refresh_from_db()
    assert step.done


def test_several_tasks_are_changed_at_once_and_refusals_are_named(page):
    me = UserFactory()
    mine, reported = TaskFactory(executor=me), TaskFactory(executor=me, done=True)
    foreign = TaskFactory()

    answer = page(me).post(f"{LIST}bulk/", {"verb": "start", "chosen": [mine.pk, reported.pk]}, follow=True)

    mine.refresh_from_db()
    assert mine.status == "in_progress"
    assert reported.number in answer.text
    page(me).post(f"{LIST}bulk/", {"verb": "start", "chosen": [foreign.pk]})
    foreign.refresh_from_db()
    assert foreign.status == "open"


def test_managers_hand_several_over(page):
    task, heir = TaskFactory(), UserFactory()

    page(UserFactory(manager=True)).post(f"{LIST}bulk/", {"verb": "hand_over", "chosen": task.pk, "to": heir.username})

    task.refresh_from_db()
    assert task.executor == heir


def test_the_calendar_shows_each_open_deadline_on_its_day(page):
    me = UserFactory()
    TaskFactory(executor=me, title="Visible deadline")
    TaskFactory(title="Foreign deadline")
    month = (today() + timedelta(days=7)).strftime("%Y-%m")

    text = page(me).get(f"{LIST}calendar/?month={month}").text

    assert "Visible deadline" in text
    assert "Foreign deadline" not in text


def test_a_crowded_day_shows_some_and_leads_to_the_rest(page):
    me = UserFactory()
    TaskFactory.create_batch(9, executor=me, deadline=today())
    client = page(me)

    text = client.get(f"{LIST}calendar/").text

    assert text.count("Replace the certificate") == 6
    assert "3 more" in text
    rest = f"{LIST}?tab=opened&deadline_after={today()}&deadline_before={today() + timedelta(days=1)}"
    assert rest.replace("&", "&amp;") in text
    assert client.get(rest).context["page"].paginator.count == 9


@pytest.mark.parametrize("month", ["", "soon", "0001-01", "9999-12", "2026-13"])
def test_a_month_that_means_nothing_is_this_one(page, month):
    answer = page(UserFactory()).get(f"{LIST}calendar/?month={month}")

    assert (answer.status_code, answer.context["month"].day) == (200, today().replace(day=1))


@pytest.mark.parametrize("path", ["", "?tab=opened", "calendar/"])
def test_pages_cost_the_same_whatever_their_length(page, path):
    me, process, costs = UserFactory(manager=True), TechProcessFactory(), []
    client = page(me)
    client.get(LIST)
    for rows in (1, 49):
        TaskFactory.create_batch(rows, executor=me, process=process, deadline=today())
        with CaptureQueriesContext(connection) as cost:
            client.get(f"{LIST}{path}")
        costs.append(len(cost))

    assert costs[1] <= costs[0]


def test_the_card_names_dates_and_links_in_russian(page):
    task = TaskFactory(incident=IncidentFactory())

    text = page(UserFactory(admin=True, language="ru")).get(task.get_absolute_url()).text

    assert "ЗАД-" in text
    assert "Исполнитель" in text


def test_who_may_change_nothing_has_nothing_to_tick(page):
    TaskFactory()

    assert 'name="chosen"' not in page(UserFactory(auditor=True)).get(f"{LIST}?tab=opened").text
    assert 'name="chosen"' in page(UserFactory(manager=True)).get(f"{LIST}?tab=opened").text
