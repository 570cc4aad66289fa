"""Tickets as people meet them in Telegram, against the stand-in Bot API."""

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from attachments.tests.samples import image
from incidents.models import Incident
from notifications.models import Notice
from notifications.tests.bot import Player, play
from notifications.tests.telegram import ANNA, BOT, photo
from tickets import services
from tickets.models import Ticket
from tickets.tests.factories import TicketFactory
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(telegram):
    UserFactory(telegram_id=ANNA["id"], language="en")
    return Player(telegram)


def test_a_ticket_is_filed_with_a_photo(anna, telegram):
    telegram.files["photo1"] = image("JPEG")

    answer = anna.says(caption="/ticket The printer jams\nRoom 12", photo=photo())

    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.files.count()) == ("The printer jams", 1)
    assert ticket.number in answer.text


def album(anna, telegram, *, caption="", **more):
    for name in ("one", "two", "three"):
        telegram.files[name] = image("JPEG")
    answers = [anna.says(caption=caption, photo=photo("one"), media_group_id="55", **more)]
    return answers + [anna.says(photo=photo(name), media_group_id="55", **more) for name in ("two", "three")]


def test_an_album_is_one_ticket_and_no_incident(anna, telegram):
    answers = album(anna, telegram, caption="/ticket The printer jams")

    assert Ticket.objects.get().files.count() == 3
    assert not Incident.objects.exists()
    assert answers[1:] == [None, None]


def test_an_album_without_words_names_its_sender(anna, telegram):
    album(anna, telegram, caption="/ticket")

    ticket = Ticket.objects.get()
    assert "Anna" in ticket.title
    assert ticket.files.count() == 3


def test_an_album_in_reply_is_one_comment(anna, telegram):
    answer = anna.says("/ticket The printer jams")

    album(anna, telegram, caption="It looks like this", reply_to_message={"message_id": answer.id, "from": BOT})

    ticket = Ticket.objects.get()
    assert [said.text for said in ticket.comments.all()] == ["It looks like this"]
    assert (ticket.comments.get().files.count(), ticket.files.count()) == (1, 2)


def test_who_lost_sight_of_a_ticket_adds_nothing(anna):
    answer = anna.says("/ticket The printer jams")
    Ticket.objects.update(creator=UserFactory())

    refused = anna.says("Room 12", reply_to_message={"message_id": answer.id, "from": BOT})

    assert "did not work" in refused.text
    assert not Ticket.objects.get().comments.exists()


def test_the_answer_to_what_the_technician_says_is_a_comment(anna, telegram):
    anna.says("/ticket The printer jams")
    services.comment(Ticket.objects.get(), by=actor_of(UserFactory(technician=True)), text="Which room?")
    play()
    asked = next(message for message in telegram.in_chat(ANNA["id"]) if "Which room?" in message.text)

    anna.says("Room 12", reply_to_message={"message_id": asked.id, "from": BOT})

    assert Ticket.objects.get().comments.order_by("pk").last().text == "Room 12"


def test_without_words_it_asks(anna):
    anna.says("/ticket")
    anna.says("The printer jams")

    assert Ticket.objects.get().title == "The printer jams"


@pytest.mark.parametrize("text", ["<b>", "{x.__class__}", "%s %(name)s", "😀" * 2000, "a" * 4000])
def test_whatever_is_written_is_kept_and_answered(anna, text):
    answer = anna.says(f"/ticket {text}")

    ticket = Ticket.objects.get()
    assert ticket.description == text
    assert ticket.number in answer.text


@pytest.mark.parametrize("content", [{"sticker": {"file_id": "s"}}, {"location": {"latitude": 1, "longitude": 2}}])
def test_what_holds_no_words_is_no_ticket(anna, content):
    anna.says("/ticket")

    assert "words" in anna.says(**content).text
    assert not Ticket.objects.exists()


def test_a_reply_becomes_a_comment(anna):
    answer = anna.says("/ticket The printer jams")

    anna.says("Room 12", reply_to_message={"message_id": answer.id, "from": BOT})

    comment = Ticket.objects.get().comments.get()
    assert (comment.text, comment.internal) == ("Room 12", False)


def test_what_the_technician_says_comes_to_the_chat_and_internal_words_do_not(anna, telegram):
    anna.says("/ticket The printer jams")
    technician = actor_of(UserFactory(technician=True))
    services.comment(Ticket.objects.get(), by=technician, text="I come at noon")
    services.comment(Ticket.objects.get(), by=technician, text="Lazy printer", internal=True)

    play()

    texts = "\n".join(telegram.texts(ANNA["id"]))
    assert "I come at noon" in texts
    assert "Lazy printer" not in texts


class TestAnInternalWord:
    """A technician hears one in Telegram and replies there."""

    @pytest.fixture
    def ticket(self, anna):
        technician = User.objects.get(telegram_id=ANNA["id"])
        User.objects.filter(pk=technician.pk).update(role="technician")
        return TicketFactory(in_progress=True, assignee=technician)

    @pytest.fixture
    def noted(self, ticket, telegram):
        services.comment(ticket, by=actor_of(UserFactory(manager=True)), text="He broke it himself", internal=True)
        play()
        return next(message for message in telegram.in_chat(ANNA["id"]) if "He broke it" in message.text)

    def test_is_answered_internally(self, anna, ticket, noted):
        answer = anna.says("Yes, with a fork", reply_to_message={"message_id": noted.id, "from": BOT})

        said = ticket.comments.get(text="Yes, with a fork")
        assert said.internal
        assert "colleagues only" in answer.text
        assert not Notice.objects.filter(recipient=ticket.creator).exists()
        assert Ticket.objects.get(pk=ticket.pk).first_response_at is None

    def test_keeps_an_album_to_the_colleagues(self, anna, telegram, ticket, noted):
        album(anna, telegram, caption="The fork", reply_to_message={"message_id": noted.id, "from": BOT})

        assert ticket.comments.filter(internal=False).count() == 0
        assert [said.files.count() for said in ticket.comments.order_by("pk")] == [0, 1, 1, 1]
        assert ticket.files.count() == 0

    def test_whoever_may_not_say_internal_words_any_more_says_none(self, anna, ticket, noted):
        Ticket.objects.filter(pk=ticket.pk).update(creator=ticket.assignee)
        User.objects.filter(pk=ticket.assignee_id).update(role="user")

        anna.says("Yes, with a fork", reply_to_message={"message_id": noted.id, "from": BOT})

        assert not ticket.comments.filter(text="Yes, with a fork").exists()
