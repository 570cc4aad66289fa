"""Tickets as people meet them in Telegram, against the stand-in Bot API."""

import pytest

from accounts.tests.factories import UserFactory
from attachments.tests.samples import image
from notifications.tests.bot import Player, play
from notifications.tests.telegram import ANNA, BOT, photo
from tickets import services
from tickets.models import Ticket
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


def test_without_words_it_asks(anna):
    anna.says("/ticket")
    anna.says("The printer jams")

    assert Ticket.objects.get().title == "The printer jams"


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
