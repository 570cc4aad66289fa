"""Tasks as people meet them in Telegram, against the stand-in Bot API."""

from datetime import timedelta

import pytest

from accounts.tests.factories import UserFactory
from attachments.tests.samples import image
from incidents.models import Incident
from notifications.tests.bot import Player, play
from notifications.tests.telegram import ANNA, BOT, photo
from tasks import services
from tasks.bot import buttons
from tasks.tests.factories import TaskFactory
from workflow.models import Event
from workflow.tests.actors import actor_of

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


class TestTheAuthor:
    """Whoever ordered it reads “To accept” or “Later deadline asked” in Telegram."""

    @pytest.fixture
    def handed_in(self, anna, person):
        task = TaskFactory(in_progress=True, author=person)
        services.report_done(task, by=actor_of(task.executor))
        play()
        return task

    @pytest.fixture
    def delayed(self, anna, person):
        task = TaskFactory(author=person)
        services.ask_deadline(task, by=actor_of(task.executor), deadline=task.deadline + timedelta(days=3))
        play()
        return task

    def test_accepts(self, anna, handed_in, telegram):
        words = anna.presses("Accept")

        handed_in.refresh_from_db()
        assert handed_in.status == "accepted"
        assert words == f"{handed_in.number} is accepted."
        assert telegram.in_chat(ANNA["id"])[-1].buttons == {}

    def test_returns_with_a_reason_that_is_asked(self, anna, handed_in):
        anna.presses("Return")
        handed_in.refresh_from_db()
        assert handed_in.status == "done"

        answer = anna.says("The second page is missing")

        handed_in.refresh_from_db()
        assert (handed_in.status, handed_in.returns) == ("in_progress", 1)
        assert Event.objects.about(handed_in).get(verb="return").note == "The second page is missing"
        assert handed_in.number in answer.text
        assert not Incident.objects.exists()

    def test_presses_twice_in_vain(self, anna, handed_in):
        anna.forges(f"task:accept:{handed_in.pk}")

        again = anna.forges(f"task:return:{handed_in.pk}")

        assert again == f"{handed_in.number}: accepted. This button is out of date."

    def test_moves_the_deadline(self, anna, delayed, telegram):
        asked = delayed.asked_deadline
        button = next(words for words in telegram.in_chat(ANNA["id"])[-1].buttons if words.startswith("Move to"))

        anna.presses(button)

        delayed.refresh_from_db()
        assert (delayed.deadline, delayed.asked_deadline) == (asked, None)

    def test_leaves_the_deadline(self, anna, delayed):
        before = delayed.deadline

        anna.presses("Leave the deadline")

        delayed.refresh_from_db()
        assert (delayed.deadline, delayed.asked_deadline) == (before, None)

    def test_grants_no_other_day_than_the_one_on_the_button(self, anna, delayed, telegram):
        before = delayed.deadline
        old = next(data for data in telegram.in_chat(ANNA["id"])[-1].buttons.values() if "grant" in data)
        services.ask_deadline(delayed, by=actor_of(delayed.executor), deadline=before + timedelta(days=30))

        words = anna.forges(old)

        delayed.refresh_from_db()
        assert delayed.deadline == before
        assert "out of date" in words

    def test_is_the_only_one_with_these_buttons(self, anna, person):
        task = TaskFactory(done=True, executor=person)

        assert buttons(task, person) == []
        assert anna.forges(f"task:accept:{task.pk}") == "Your role does not allow this."
        task.refresh_from_db()
        assert task.status == "done"

    def test_has_none_in_a_group(self):
        assert buttons(TaskFactory(done=True), None) == []
