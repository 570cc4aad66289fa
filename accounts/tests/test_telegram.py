"""Whose account it is: the code from the account page, shown to the bot."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import services
from accounts.models import TelegramCode, User
from accounts.tests.factories import UserFactory, acting
from notifications.models import BotState, Chat
from notifications.tests.bot import Player
from notifications.tests.telegram import ANNA, GROUP
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def player(telegram):
    return Player(telegram)


@pytest.fixture
def anna():
    return UserFactory(username="anna", first_name="Anna", language="en")


def code_on(text):
    return re.search(r"/start (\w+)", text)[1]


def test_the_code_of_the_page_links_the_account(page, anna, player):
    code = code_on(page(anna).post("/profile/telegram/code/").text)

    answer = player.says(f"/start {code}")

    anna.refresh_from_db()
    assert anna.telegram_id == ANNA["id"]
    assert "You are Anna" in answer.text
    assert Event.objects.get(verb="link-telegram").channel == "telegram"


def test_a_code_works_once(anna, player, telegram):
    code = services.begin_telegram(by=acting(anna))
    player.says(f"/start {code}")

    other = Player(telegram, {**ANNA, "id": 999})
    answer = other.says(f"/start {code}")

    assert "wrong or too old" in answer.text
    assert not User.objects.filter(telegram_id=999).exists()


def test_typed_by_hand_it_forgives_case_and_dashes(anna, player):
    code = services.begin_telegram(by=acting(anna)).upper()

    player.says(f"/link {code[:5]}-{code[5:]}")

    anna.refresh_from_db()
    assert anna.telegram_id == ANNA["id"]


def test_an_old_code_is_worthless(anna, player):
    code = services.begin_telegram(by=acting(anna), at=timezone.now() - timedelta(minutes=16))

    assert "wrong or too old" in player.says(f"/start {code}").text


def test_a_new_code_ends_the_one_before(anna, player):
    first = services.begin_telegram(by=acting(anna))
    services.begin_telegram(by=acting(anna))

    assert "wrong or too old" in player.says(f"/start {first}").text


def test_no_code_is_kept_in_the_clear(anna):
    code = services.begin_telegram(by=acting(anna))

    assert code not in str(TelegramCode.objects.values().get())


def test_a_code_is_not_taken_where_others_read_along(anna, player):
    code = services.begin_telegram(by=acting(anna))

    player.says(f"/start {code}", chat=GROUP)

    anna.refresh_from_db()
    assert anna.telegram_id is None


def test_one_telegram_account_belongs_to_one_person(anna, player):
    UserFactory(telegram_id=ANNA["id"], language="en")
    code = services.begin_telegram(by=acting(anna))

    assert "belongs to another" in player.says(f"/start {code}").text


def test_who_left_cannot_link(anna, player):
    code = services.begin_telegram(by=acting(anna))
    User.objects.filter(pk=anna.pk).update(is_active=False)

    assert "wrong or too old" in player.says(f"/start {code}").text


def test_unlinking_in_the_chat(anna, player):
    User.objects.filter(pk=anna.pk).update(telegram_id=ANNA["id"])

    answer = player.says("/unlink")

    anna.refresh_from_db()
    assert anna.telegram_id is None
    assert "Unlinked" in answer.text


def test_unlinking_on_the_page(page, anna):
    User.objects.filter(pk=anna.pk).update(telegram_id=ANNA["id"])

    page(anna).post("/profile/telegram/unlink/")

    anna.refresh_from_db()
    assert anna.telegram_id is None


def test_the_page_offers_the_way_into_the_chat(page, anna):
    BotState.objects.create(username="vakhta_bot")

    text = page(anna).post("/profile/telegram/code/").text

    assert f"https://t.me/vakhta_bot?start={code_on(text)}" in text


def test_the_page_says_when_the_bot_is_blocked(page, anna):
    User.objects.filter(pk=anna.pk).update(telegram_id=ANNA["id"])
    Chat.objects.create(telegram_id=ANNA["id"], kind="private", closed_at=timezone.now(), error="403 blocked")

    assert "The bot cannot write to you" in page(anna).get("/profile/telegram/").text


def test_speaking_again_lets_the_bot_in_again(anna, player):
    User.objects.filter(pk=anna.pk).update(telegram_id=ANNA["id"])
    chat = Chat.objects.create(telegram_id=ANNA["id"], kind="private", closed_at=timezone.now(), error="403 blocked")

    player.says("/help")

    chat.refresh_from_db()
    assert (chat.closed_at, chat.error) == (None, "")


def test_the_language_is_the_persons_everywhere(anna, player):
    User.objects.filter(pk=anna.pk).update(telegram_id=ANNA["id"])

    answer = player.says("/language ru")

    anna.refresh_from_db()
    assert anna.language == "ru"
    assert "язык" in answer.text


def test_an_unknown_language_is_refused(anna, player):
    User.objects.filter(pk=anna.pk).update(telegram_id=ANNA["id"])

    assert "/language en" in player.says("/language xx").text
