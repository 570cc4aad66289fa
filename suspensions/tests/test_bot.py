"""Downtime as those on duty meet it in Telegram, against the stand-in Bot API."""

import pytest

from accounts.tests.factories import UserFactory
from incidents.models import Incident
from notifications.kinds import TELEGRAM, Kind
from notifications.models import Chat
from notifications.services import Outsider, notify
from notifications.tests.bot import Player, play
from notifications.tests.telegram import ANNA, BOT, GROUP
from suspensions.tests.factories import SuspensionFactory

pytestmark = pytest.mark.django_db
NEWS = Kind("test.downtime", "News", "The link is down", channels=frozenset({TELEGRAM}), required=True, group=False)


@pytest.fixture
def told(telegram):
    """A case that the on-call chat was told of, and the message that stands there."""
    case = SuspensionFactory()
    chat = Chat.objects.create(telegram_id=GROUP["id"], kind="supergroup", on_call=True)
    notify([Outsider.chat(chat)], kind=NEWS, subject=case)
    play()
    return case, telegram.in_chat(GROUP["id"])[0]


def test_a_reply_becomes_a_comment_and_no_incident(telegram, told):
    case, message = told
    UserFactory(technician=True, telegram_id=ANNA["id"], language="en")

    answer = Player(telegram).says(
        "The provider digs", chat=GROUP, reply_to_message={"message_id": message.id, "from": BOT}
    )

    assert case.comments.get().text == "The provider digs"
    assert "Added to" in answer.text
    assert not Incident.objects.exists()


def test_strangers_add_nothing(telegram, told):
    case, message = told

    Player(telegram).says("Who are you?", chat=GROUP, reply_to_message={"message_id": message.id, "from": BOT})

    assert not case.comments.exists()
