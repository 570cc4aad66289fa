"""Tasks as people meet them in Telegram, against the stand-in Bot API."""

from datetime import timedelta

import pytest

from accounts.tests.factories import UserFactory
from attachments.tests.samples import image
from incidents.models import Incident
from notifications.tests.bot import Player
from notifications.tests.telegram import ANNA, BOT, photo
from tasks.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory(telegram_id=ANNA["id"], language="en")


@pytest.fixture
def anna(telegram, person):
    return Player(telegram)


def test_my_tasks_are_listed_with_buttons(anna, person):
    TaskFactory(executor=person, title="Renew the certificate")

    answer = anna.says("/tasks")

    assert "Renew the certificate" in answer.text
    assert set(answer.buttons) == {"Done", "Later"}


def test_done_by_a_button(anna, person):
    task = TaskFactory(executor=person)
    anna.says("/tasks")

    words = anna.presses("Done")

    task.refresh_from_db()
    assert task.status == "done"
    assert "reported done" in words


def test_later_by_a_button_asks_the_author(anna, person):
    task = TaskFactory(executor=person)
    anna.says("/tasks")

    anna.presses("Later")
    anna.presses("3 days later")

    task.refresh_from_db()
    assert task.asked_deadline == task.deadline + timedelta(days=3)


def test_a_reply_becomes_a_comment(anna, person, telegram):
    task = TaskFactory(executor=person)
    telegram.files["photo1"] = image("JPEG")
    answer = anna.says("/tasks")

    anna.says(caption="Half of it", photo=photo(), reply_to_message={"message_id": answer.id, "from": BOT})

    assert task.comments.get().text == "Half of it"
    assert task.files.count() == 1
    assert not Incident.objects.exists()


def test_nothing_to_do_is_said(anna):
    assert "Nothing to do" in anna.says("/tasks").text


def test_tasks_of_others_cannot_be_pressed(anna):
    task = TaskFactory()

    anna.forges(f"task:done:{task.pk}")

    task.refresh_from_db()
    assert task.status == "open"
