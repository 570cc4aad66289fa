"""The story of a promise, as the two people of it press it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from config.tests.browser.conftest import PHONE
from config.tests.browser.test_looks import overflow, serious
from incidents.tests.factories import IncidentFactory
from notifications.models import Notice
from suspensions.tests.factories import SuspensionFactory
from tasks.models import Task
from tasks.models.task import today
from tasks.pickers import called
from tasks.tests.factories import TaskFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people():
    return {
        name: UserFactory(username=name, first_name=first, last_name=last)
        for name, first, last in [("orlov", "Ilya", "Orlov"), ("gusev", "Pyotr", "Gusev"), ("belova", "Anna", "Belova")]
    }


def told():
    return list(Notice.objects.order_by("pk").values_list("recipient__username", "kind"))


def set_task(window, executor, **texts):
    window.get_by_label("What is to be done").fill("Replace the certificate")
    window.get_by_label("Who does it").fill(executor.username)
    window.get_by_role("button", name="tomorrow").click()
    for label, text in texts.items():
        window.get_by_label(label).fill(text)
    window.get_by_role("button", name="Set the task").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Replace the certificate")


def press(window, button, sheet, note=""):
    """Open a verb's sheet, say something, and send it."""
    window.get_by_role("link", name=button, exact=True).click()
    if note:
        window.locator("textarea[name=note]:visible").last.fill(note)
    window.locator("form").filter(has=window.locator("textarea[name=note]")).get_by_role("button", name=sheet).click()


def test_two_people_and_a_task_from_set_to_accepted(visit, people):
    author, executor = visit(people["gusev"]), visit(people["orlov"])

    author.goto("/tasks/new/")
    set_task(author, people["orlov"])
    address = Task.objects.get().get_absolute_url()
    assert told() == [("orlov", "task.set")]

    executor.goto("/notifications/")
    executor.get_by_role("link", name="Task for you").first.click()
    executor.get_by_role("button", name="Start").click()
    press(executor, "Report done", "Report done", "The new one is in.")
    expect(executor.locator("body")).to_contain_text("is done")
    assert told()[1:] == [("gusev", "task.done")]

    author.goto("/")
    author.get_by_role("link", name="Check the work").click()
    press(author, "Return", "Return", "The chain is missing.")
    expect(author.locator("body")).to_contain_text("is returned")
    assert told()[2:] == [("orlov", "task.returned")]

    executor.goto(address)
    expect(executor.locator("main")).to_contain_text("The chain is missing.")
    press(executor, "Report done", "Report done")
    expect(executor.locator("body")).to_contain_text("is done")
    author.goto(address)
    press(author, "Accept", "Accept")
    expect(author.locator("body")).to_contain_text("is accepted")

    assert told()[3:] == [("gusev", "task.done"), ("orlov", "task.accepted")]
    assert (Task.objects.get().status, Task.objects.get().returns) == ("accepted", 1)


@pytest.mark.parametrize("noun", ["incident", "suspension"])
def test_a_corrective_task_is_set_from_a_card(visit, people, noun):
    subject = {"incident": IncidentFactory, "suspension": SuspensionFactory}[noun]()
    window = visit(people["gusev"])

    window.goto(subject.get_absolute_url())
    window.get_by_role("link", name="Create a corrective task").click()
    set_task(window, people["orlov"])
    window.goto(subject.get_absolute_url())

    expect(window.get_by_role("region", name="Tasks")).to_contain_text("Replace the certificate")
    assert getattr(Task.objects.get(), noun) == subject


def test_watchers_are_typed_one_after_another(visit, people):
    window = visit(people["gusev"])

    window.goto("/tasks/new/")
    window.locator("summary").click()
    for name in ("orlov", "belova"):
        window.get_by_label("Watchers").fill(called(people[name]))
    window.get_by_role("checkbox", name="Ilya Orlov").uncheck()
    set_task(window, people["orlov"])

    assert [watching.user for watching in Task.objects.get().watchings.all()] == [people["belova"]]


def test_several_are_begun_at_once_on_a_phone(visit, people):
    TaskFactory.create_batch(3, executor=people["orlov"], deadline=today() + timedelta(days=1))
    window = visit(people["orlov"], size=PHONE, dark=True)

    window.goto("/tasks/")
    expect(window.get_by_role("button", name="Do", exact=True)).to_be_hidden()
    for box in window.get_by_role("checkbox").all()[:2]:
        box.check()
    window.get_by_role("button", name="Do", exact=True).click()

    expect(window.locator("body")).to_contain_text("2 tasks changed.")
    assert Task.objects.filter(status="in_progress").count() == 2


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_of_tasks_fit_a_phone_and_keep_nobody_out(visit, people, dark):
    task = TaskFactory(author=people["gusev"], executor=people["orlov"], late=True, title="Word" * 40)
    task.watchings.create(user=people["belova"])
    window = visit(people["gusev"], size=PHONE, dark=dark)

    for path in ("", "?tab=ordered", "new/", "calendar/", f"{task.pk}/", f"{task.pk}/edit/", f"{task.pk}/cancel/"):
        window.goto(f"/tasks/{path}")
        assert overflow(window) <= 0, path
        assert serious(window) == [], path
