"""The channel against the stand-in: what a reader sees in the chat, whatever Telegram answers meanwhile."""

import logging
from datetime import timedelta

import pytest

from notifications.channels import CHANNELS
from notifications.kinds import APP, EMAIL, TELEGRAM, Kind
from notifications.models import ChannelHealth, Chat, Delivery
from notifications.services import Outsider, deliver_due, notify, preferences_of, send_test
from notifications.tests.factories import FIRE, HOUR, MINUTE, NOON, PLAIN, STORMY, URGENT, PersonFactory, acting, tell
from notifications.tests.telegram import TOKEN, units

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
NEWS = Kind("test.news", "News", "%(what)s happened", channels=frozenset({TELEGRAM}), required=True, group=False)
MANY = Kind("test.many", "Many", "%(what)s happened", channels=frozenset({TELEGRAM}), required=True)


@pytest.fixture
def anna(telegram):
    return PersonFactory(telegram_id=501)


def group(**fields):
    return Chat.objects.create(**{"telegram_id": -1001, "kind": "supergroup", "title": "On call", **fields})


def tell_group(chat, what="Fire", kind=NEWS, at=NOON):
    return notify([Outsider.chat(chat)], kind=kind, context={"what": what}, at=at)


def deliver_until_empty(at=NOON, step=SECOND, limit=2000):
    """Let the clock run as a worker would see it."""
    for turn in range(limit):
        deliver_due(at=at + turn * step)
        if not Delivery.objects.waiting().exists():
            return turn
    raise AssertionError("something waits for ever")


def channel_states():
    return {delivery.channel: delivery.state for delivery in Delivery.objects.all()}


class TestTheWay:
    def test_a_linked_person_is_told(self, anna, telegram):
        tell(anna)

        deliver_due(at=NOON)

        assert telegram.texts(501) == ["Fire happened\n\nAt the roof."]

    def test_the_message_leads_to_its_page(self, anna, telegram, settings):
        settings.APPLICATION_URL = "https://journal.example.org/"
        tell(anna)

        deliver_due(at=NOON)

        assert telegram.messages[0].links == ["https://journal.example.org/roof/"]

    def test_who_has_not_linked_is_told_otherwise(self, telegram, post_office):
        tell()

        deliver_due(at=NOON)

        assert telegram.messages == []
        assert len(post_office.received) == 1

    def test_without_a_token_nobody_is_asked_about_telegram(self):
        person = PersonFactory(telegram_id=501)

        assert "telegram" not in preferences_of(person)[0].channels
        tell(person)
        assert channel_states() == {"email": "pending"}

    def test_what_the_bell_shows_comes_by_telegram_unless_switched_off(self, anna):
        quiet = Kind("test.bell", "Bell", "%(what)s")

        assert quiet.ways == {APP, TELEGRAM}

    @pytest.mark.parametrize("what", ["<b>", "{x.__class__}", "%s", "😀" * 90, "a & b </a>"])
    def test_what_people_wrote_is_no_markup(self, anna, telegram, what):
        tell(anna, what=what)

        deliver_due(at=NOON)

        assert telegram.texts() == [f"{what} happened\n\nAt the roof."]

    def test_a_long_text_is_cut_and_still_leads_home(self, anna, telegram, settings):
        settings.APPLICATION_URL = "https://journal.example.org"
        notify([anna], kind=PLAIN, context={**FIRE, "place": "слово " * 2000}, url="/roof/", at=NOON)

        deliver_due(at=NOON)

        [message] = telegram.messages
        assert units(message.text) <= 4096
        assert "слово…" in message.text
        assert message.links == ["https://journal.example.org/roof/"]

    def test_a_topic_is_written_into(self, telegram):
        tell_group(group(thread=45))

        deliver_due(at=NOON)

        assert telegram.messages[0].thread == 45

    def test_a_closed_topic_does_not_swallow_it(self, telegram):
        tell_group(group(thread=45))
        telegram.refuse_next(400, "message thread not found")

        deliver_due(at=NOON)

        assert telegram.messages[0].thread is None

    def test_send_test_says_what_came_of_it(self, anna, telegram, post_office):
        results = {delivery.channel: delivery.state for delivery in send_test(by=acting(anna))}

        assert results == {"email": "sent", "telegram": "sent"}
        assert "Test message" in telegram.texts(501)[0]


class TestPace:
    def test_a_chat_gets_one_message_a_second(self, anna, telegram):
        for what in ("First", "Second", "Third"):
            tell(anna, what=what)

        counts = []
        for seconds in range(4):
            deliver_due(at=NOON + seconds * SECOND)
            counts.append(len(telegram.messages))

        assert counts == [1, 2, 3, 3]

    def test_two_chats_do_not_wait_for_each_other(self, anna, telegram):
        boris = PersonFactory(telegram_id=502)
        tell(anna)
        tell(boris)

        deliver_due(at=NOON)

        assert len(telegram.messages) == 2

    def test_a_group_gets_twenty_a_minute(self, telegram):
        chat = group()
        for number in range(25):
            tell_group(chat, f"Fire {number}")

        for seconds in range(59):
            deliver_due(at=NOON + seconds * SECOND)
        in_the_first_minute = len(telegram.messages)
        deliver_until_empty(at=NOON + MINUTE)

        assert in_the_first_minute == 20
        assert telegram.texts() == [f"Fire {number} happened" for number in range(25)]

    def test_telegrams_patience_is_obeyed_and_order_kept(self, anna, telegram):
        tell(anna, what="First")
        tell(anna, what="Second")
        telegram.refuse_next(429, "retry later", retry_after=30)

        deliver_due(at=NOON)
        for seconds in range(1, 29):
            deliver_due(at=NOON + seconds * SECOND)
        assert telegram.messages == []
        deliver_until_empty(at=NOON + 30 * SECOND)

        assert [text.split()[0] for text in telegram.texts()] == ["First", "Second"]


class TestClosedChats:
    def test_a_blocked_bot_falls_back_to_mail_at_once(self, anna, telegram, post_office):
        tell(anna, kind=URGENT)
        telegram.refuse(501, 403, "bot was blocked by the user")

        deliver_due(at=NOON)
        deliver_due(at=NOON)

        assert len(post_office.received) == 1
        assert "blocked" in Chat.objects.get(telegram_id=501).error

    def test_a_closed_chat_is_tried_no_more(self, anna, telegram):
        tell(anna)
        telegram.refuse(501, 403, "bot was blocked by the user")
        deliver_due(at=NOON)
        calls = len(telegram.calls)

        tell(anna)
        deliver_due(at=NOON + HOUR)

        assert len(telegram.calls) == calls

    def test_a_person_who_blocked_the_bot_alarms_nobody(self, anna, telegram):
        PersonFactory(admin=True)
        tell(anna)
        telegram.refuse(501, 403, "bot was blocked by the user")

        deliver_due(at=NOON)

        assert not Delivery.objects.filter(notice__kind="notifications.dead").exists()

    def test_a_lost_group_alarms_the_administrators(self, telegram):
        PersonFactory(admin=True)
        tell_group(group())
        telegram.refuse(-1001, 403, "bot was kicked from the supergroup chat")

        deliver_due(at=NOON)

        assert Delivery.objects.filter(notice__kind="notifications.dead").exists()
        assert Chat.objects.get().closed_at is not None

    def test_a_group_that_became_a_supergroup_is_followed(self, telegram):
        chat = group(telegram_id=-77, kind="group")
        tell_group(chat, "First")
        tell_group(chat, "Second")
        telegram.refuse(-77, 400, "group chat was upgraded to a supergroup chat", migrate_to_chat_id=-10077)

        deliver_until_empty()

        assert telegram.texts(-10077) == ["First happened", "Second happened"]
        chat.refresh_from_db()
        assert (chat.telegram_id, chat.closed_at) == (-10077, None)


class TestFallingBack:
    def test_what_telegram_took_needs_no_letter(self, anna, telegram, post_office):
        tell(anna, kind=URGENT)

        deliver_due(at=NOON)
        deliver_due(at=NOON + HOUR)

        assert post_office.received == []
        assert channel_states() == {"telegram": "sent"}

    def test_after_three_minutes_the_letter_goes(self, anna, telegram, post_office):
        tell(anna, kind=URGENT)
        telegram.breakdown = "5xx"

        for minutes in range(3):
            deliver_due(at=NOON + minutes * MINUTE)
        before = len(post_office.received)
        deliver_due(at=NOON + 3 * MINUTE)

        assert (before, len(post_office.received)) == (0, 1)

    def test_both_come_when_telegram_is_back_and_the_late_one_says_so(self, anna, telegram, post_office):
        tell(anna, kind=URGENT)
        telegram.breakdown = "5xx"
        deliver_due(at=NOON)
        deliver_due(at=NOON + 3 * MINUTE)
        telegram.breakdown = ""

        deliver_due(at=NOON + HOUR)

        assert len(post_office.received) == 1
        assert telegram.texts() == ["⏱ Delayed 1\u00a0h.\nFire burns"]

    def test_without_telegram_the_letter_goes_at_once(self, telegram, post_office):
        tell(kind=URGENT)

        deliver_due(at=NOON)

        assert len(post_office.received) == 1

    def test_what_is_not_urgent_comes_by_both_as_wished(self, anna, telegram, post_office):
        tell(anna)

        deliver_due(at=NOON)

        assert (len(telegram.messages), len(post_office.received)) == (1, 1)


class TestBreakdowns:
    @pytest.mark.parametrize("kind", ["5xx", "hang", "cut"])
    def test_while_telegram_is_down_nothing_is_lost(self, anna, telegram, kind):
        tell(anna)
        telegram.breakdown = kind
        deliver_due(at=NOON)
        telegram.breakdown = ""

        deliver_due(at=NOON + HOUR)

        assert len(telegram.messages) == 1

    def test_nobody_listens_and_the_channel_rests(self, anna, settings):
        settings.TELEGRAM_API_BASE_URL = "http://127.0.0.1:9"
        tell(anna)

        deliver_due(at=NOON)

        health = ChannelHealth.objects.get(channel="telegram")
        assert health.down_since == NOON
        assert "ConnectError" in health.error

    def test_a_lost_answer_repeats_rather_than_loses(self, anna, telegram):
        tell(anna)
        telegram.breakdown = "cut-after"
        deliver_due(at=NOON)
        telegram.breakdown = ""

        deliver_due(at=NOON + HOUR)

        assert len(telegram.messages) == 2

    def test_a_wrong_token_rests_the_channel_and_loses_nothing(self, anna, telegram, settings):
        settings.TELEGRAM_BOT_TOKEN = "1:another-token"
        tell(anna)

        deliver_due(at=NOON)

        assert channel_states()["telegram"] == "failed"
        assert "TELEGRAM_BOT_TOKEN" in ChannelHealth.objects.get(channel="telegram").error

    def test_what_telegram_will_never_take_does_not_stop_the_next(self, anna, telegram):
        tell(anna, what="First")
        tell(anna, what="Second")
        telegram.refuse_next(400, "something about the text")

        deliver_until_empty()

        assert [text.split()[0] for text in telegram.texts()] == ["Second"]

    @pytest.mark.parametrize("trouble", ["5xx", "hang", "cut", "nobody", "token"])
    def test_the_token_stands_in_no_error_and_no_log(self, anna, telegram, settings, caplog, trouble):
        caplog.set_level(logging.DEBUG)
        logging.getLogger("httpx").setLevel(logging.WARNING)
        if trouble == "nobody":
            settings.TELEGRAM_API_BASE_URL = "http://127.0.0.1:9"
        elif trouble == "token":
            telegram.refuse_next(401, "Unauthorized")
        else:
            telegram.breakdown = trouble
        tell(anna)

        deliver_due(at=NOON)

        errors = list(Delivery.objects.values_list("error", flat=True))
        ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpcore")]
        assert any(errors)
        assert TOKEN not in str([errors, ours, ChannelHealth.objects.get(channel="telegram").error])


class TestManyAtOnce:
    def test_a_storm_in_a_group_becomes_one_message_that_names_each(self, telegram):
        chat = group()
        for number in range(15):
            tell_group(chat, f"Fire {number}", kind=MANY)

        deliver_due(at=NOON)

        [text] = telegram.texts()
        assert [line.removeprefix("• ") for line in text.splitlines()] == [f"Fire {n} happened" for n in range(15)]

    def test_notices_of_an_outage_come_oldest_first_and_say_that_they_are_late(self, telegram):
        chat = group()
        telegram.breakdown = "5xx"
        for number in range(60):
            tell_group(chat, f"Fire {number}", at=NOON + number * SECOND)
            if number % 20 == 0:
                deliver_due(at=NOON + number * SECOND)
        telegram.breakdown = ""

        deliver_until_empty(at=NOON + HOUR, step=3 * SECOND)

        shown = [text.splitlines() for text in telegram.texts()]
        assert [lines[1] for lines in shown] == [f"Fire {number} happened" for number in range(60)]
        assert all(lines[0].startswith("⏱ Delayed") for lines in shown)

    def test_a_summary_of_long_titles_drops_none(self, anna, telegram):
        for number in range(45):
            tell(anna, kind=STORMY, what=f"{number:02} " + "пожар на крыше " * 12)

        deliver_until_empty(step=MINUTE)

        text = "\n".join(telegram.texts())
        assert all(f"{number:02} пожар" in text for number in range(45))
        assert all(units(text) <= 4096 for text in telegram.texts())


def test_the_outbox_page_names_the_channel():
    assert str(CHANNELS[TELEGRAM].label) == "Telegram"
    assert CHANNELS[EMAIL]().is_offered()
