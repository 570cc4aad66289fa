"""The bot itself: each update once, none in the way of the next, strangers kept at the door."""

import json
import logging

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from notifications import jobs, services
from notifications.dispatch import dispatcher, polling, webhook
from notifications.dispatch.registry import Registry
from notifications.models import BotState, BotUpdate, Chat, Delivery
from notifications.telegram.client import BotApi
from notifications.tests.bot import Player, play
from notifications.tests.factories import acting
from notifications.tests.telegram import ANNA, BOT, GROUP, photo, said
from workflow.models import Conflict

Incident = IncidentFactory._meta.model
pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(telegram):
    UserFactory(technician=True, telegram_id=ANNA["id"], language="en")
    return Player(telegram)


@pytest.fixture
def stranger(telegram):
    return Player(telegram)


def break_down(monkeypatch, error, times=100):
    """Let the first words of so many messages meet a fault of the product."""
    original, left = Registry.plain, [times]

    def faulty(call):
        if "poison" in call.text and left[0]:
            left[0] -= 1
            raise error
        original(call)

    monkeypatch.setattr(Registry, "plain", staticmethod(faulty))


class TestStrangers:
    def test_they_are_told_how_to_come_in(self, stranger):
        answer = stranger.says("The printer burns")

        assert "/start CODE" in answer.text
        assert not Incident.objects.exists()

    def test_they_are_not_told_at_every_word(self, stranger):
        stranger.says("Hello")

        assert stranger.says("Hello?") is None

    def test_they_may_report_where_administrators_allow_it(self, stranger):
        Chat.objects.create(telegram_id=ANNA["id"], kind="private", accepts_reports=True)

        answer = stranger.says("The printer burns")

        incident = Incident.objects.get()
        assert incident.reporter.is_system
        assert "Registered" in answer.text
        assert answer.buttons == {}

    def test_they_may_report_in_such_a_group_by_command(self, stranger):
        Chat.objects.create(telegram_id=GROUP["id"], kind="supergroup", accepts_reports=True)

        stranger.says("/incident The door is locked", chat=GROUP)

        assert Incident.objects.get().description == "The door is locked"

    def test_they_may_do_nothing_else_there(self, stranger):
        Chat.objects.create(telegram_id=ANNA["id"], kind="private", accepts_reports=True)

        assert "do not know you" in stranger.says("/chat").text

    def test_a_bot_is_not_answered(self, telegram):
        update = telegram.receives(**said("Hello", person={**BOT, "id": 9}))

        play(update)

        assert telegram.messages == []


class TestTheWay:
    def test_help_lists_what_one_may_say(self, anna):
        text = anna.says("/help").text

        assert "/incident" in text
        assert "/unlink" in text

    def test_an_unknown_command_gets_help(self, anna):
        assert "/incident" in anna.says("/abracadabra").text

    def test_a_bare_slash_is_no_trouble(self, anna):
        assert anna.says("/") is not None

    def test_administrators_learn_the_number_of_a_chat(self, anna):
        assert "-1001" in anna.says("/chat", chat=GROUP).text

    def test_a_group_is_answered_in_its_topic(self, anna):
        answer = anna.says("/help", chat=GROUP, message_thread_id=7, is_topic_message=True)

        assert answer.thread == 7

    def test_answers_go_through_the_outbox_and_reply_to_the_message(self, anna):
        answer = anna.says("/help")

        assert answer.reply_to == 1
        assert Delivery.objects.get().notice.kind == "notifications.reply"

    def test_a_chat_that_throws_the_bot_out_is_closed(self, anna, telegram):
        change = {"chat": GROUP, "from": ANNA, "new_chat_member": {"status": "kicked", "user": BOT}}

        play(telegram.receives(my_chat_member=change))

        assert Chat.objects.get(telegram_id=GROUP["id"]).closed_at is not None

    def test_a_group_that_moved_is_known_under_its_new_number(self, anna, telegram):
        Chat.objects.create(telegram_id=-5, kind="group", on_call=True)
        chat = {"id": -5, "type": "group", "title": "On call"}

        play(telegram.receives(**said(chat=chat, migrate_to_chat_id=-10055)))

        assert Chat.objects.get().telegram_id == -10055

    def test_what_no_database_holds_is_left_out(self, anna, telegram):
        play(telegram.receives(**said("a\x00b\ud800c")))

        assert Incident.objects.get().description == "abc"

    @pytest.mark.parametrize(
        "content",
        [{}, {"message": {}}, {"message": None}, {"message": 5}, {"edited_message": {"text": "x"}},
         {"callback_query": {}}, {"message": {"chat": {}, "from": {}}},
         {"callback_query": {"id": "1", "from": ANNA, "data": "incident:take:1"}},
         {"message": {"from": ANNA, "chat": {"id": "x"}, "message_id": 1, "text": "Hi"}}],
    )  # fmt: skip
    def test_an_update_of_any_shape_stops_nothing(self, anna, telegram, content, caplog):
        caplog.set_level(logging.CRITICAL)
        strange = telegram.receives(**content)
        good = telegram.receives(**said("The printer burns"))

        play(strange, good)

        assert Incident.objects.count() == 1
        assert not BotUpdate.objects.filter(state="waiting").exists()


class TestFaults:
    def test_a_poison_update_does_not_stop_the_next(self, anna, telegram, monkeypatch):
        break_down(monkeypatch, RuntimeError("broken"))

        play(telegram.receives(**said("poison")), telegram.receives(**said("The printer burns")))

        assert Incident.objects.get().description == "The printer burns"
        failed = BotUpdate.objects.get(state="failed")
        assert failed.error == "RuntimeError: broken"

    def test_nothing_of_a_failed_update_stays(self, anna, telegram, monkeypatch):
        original = Registry.plain

        def late(call):
            original(call)
            raise RuntimeError("after the report")

        monkeypatch.setattr(Registry, "plain", staticmethod(late))
        play(telegram.receives(**said("The printer burns")))

        assert not Incident.objects.exists()
        assert telegram.messages == []

    def test_after_a_repair_it_can_be_tried_again(self, anna, telegram, monkeypatch):
        break_down(monkeypatch, RuntimeError("broken"), times=1)
        play(telegram.receives(**said("poison")))

        dispatcher.retry(BotUpdate.objects.get(), by=acting(UserFactory(admin=True)))
        play()

        assert Incident.objects.get().description == "poison"

    def test_what_has_not_failed_is_not_tried_again(self, anna, telegram):
        play(telegram.receives(**said("The printer burns")))

        with pytest.raises(Conflict):
            dispatcher.retry(BotUpdate.objects.get(), by=acting(UserFactory(admin=True)))

    def test_a_database_that_does_not_answer_is_waited_for(self, anna, telegram, monkeypatch):
        break_down(monkeypatch, OperationalError("locked"), times=1)
        play(telegram.receives(**said("poison")))
        assert BotUpdate.objects.get().state == "waiting"

        BotUpdate.objects.update(due_at=timezone.now())
        play()

        assert Incident.objects.count() == 1

    def test_what_was_kept_and_not_worked_off_is_worked_off_later(self, anna, telegram):
        """As after kill -9 between the two."""
        dispatcher.keep(telegram.receives(**said("The printer burns")))

        play()

        assert Incident.objects.count() == 1

    def test_of_an_album_the_first_picture_goes_first_whichever_worker_is_quicker(self, anna, telegram):
        pictures = [{"caption": "Smoke"}, {}]
        updates = [telegram.receives(**said(photo=photo("gone"), media_group_id="5", **words)) for words in pictures]
        for update in updates:
            dispatcher.keep(update)
        with BotApi() as api:
            dispatcher.handle(api, BotUpdate.objects.get(pk=updates[1]["update_id"]))
            assert not Incident.objects.exists()

            dispatcher.work_off(api)
            dispatcher.work_off(api, at=timezone.now() + 2 * dispatcher.ALBUM_PAUSE)

        assert Incident.objects.get().description == "Smoke"
        assert not BotUpdate.objects.exclude(state="done").exists()

    def test_old_ones_are_forgotten_failed_ones_are_not(self, anna, telegram, monkeypatch):
        break_down(monkeypatch, RuntimeError("broken"))
        play(telegram.receives(**said("poison")), telegram.receives(**said("The printer burns")))
        BotUpdate.objects.update(received_at=timezone.now() - 2 * dispatcher.KEEP)

        dispatcher.forget(at=timezone.now())

        assert [row.state for row in BotUpdate.objects.all()] == ["failed"]


class TestPolling:
    def listener(self):
        return polling.Listener(poll=0)

    def test_one_round_hears_and_answers(self, anna, telegram):
        telegram.receives(**said("The printer burns"))
        listener = self.listener()

        assert listener.rest() == 0
        listener.let_go()

        assert Incident.objects.count() == 1
        assert len(telegram.in_chat(ANNA["id"])) == 1
        assert BotState.current().username == "vakhta_bot"

    def test_telegram_offers_the_commands_in_each_language(self, telegram):
        listener = self.listener()
        listener.step()
        listener.let_go()

        offered = {told.get("language_code"): told["commands"] for told in telegram.called("setMyCommands")}
        assert {"command": "incident", "description": "report an incident"} in offered[None]
        assert {"command": "incident", "description": "сообщить об инциденте"} in offered["ru"]

    def test_a_telegram_that_offers_no_commands_is_listened_to(self, telegram):
        telegram.receives(**said("/help"))
        telegram.refuse_method("setMyCommands", 400)
        listener = self.listener()

        listener.step()
        listener.let_go()

        assert BotUpdate.objects.get().state == "done"

    def test_telegram_is_told_what_was_heard(self, anna, telegram):
        telegram.receives(**said("The printer burns"))
        listener = self.listener()

        listener.rest()
        listener.rest()
        listener.let_go()

        assert telegram.updates == []

    def test_a_second_instance_waits(self, anna, telegram):
        first, second = self.listener(), self.listener()
        first.rest()
        telegram.receives(**said("The printer burns"))

        assert second.rest() == polling.PAUSE
        assert not Incident.objects.exists()
        first.let_go()
        second.rest()
        second.let_go()

        assert Incident.objects.count() == 1

    def test_the_lease_of_a_killed_one_runs_out(self, anna, telegram):
        first, second = self.listener(), self.listener()
        first.rest()
        BotState.objects.update(lease_until=timezone.now())

        assert second.rest() == 0
        assert first.rest() == polling.PAUSE
        second.let_go()
        first.let_go()

    def test_workers_leave_what_waits_to_whoever_listens(self, anna, telegram):
        dispatcher.keep(telegram.receives(**said("The printer burns")))
        listener = self.listener()
        listener.holds()

        assert webhook.work_off() == 0
        listener.let_go()
        assert webhook.work_off() == 1

    def test_it_knows_up_to_when_it_has_heard_everything(self, anna, telegram):
        listener, before = self.listener(), timezone.now()
        telegram.breakdown = "5xx"
        listener.rest()
        assert BotState.current().heard_at is None

        telegram.breakdown = ""
        listener.rest()
        listener.let_go()

        assert BotState.current().heard_at > before

    def test_a_full_answer_may_not_be_all(self, anna, telegram, monkeypatch):
        monkeypatch.setattr(polling, "MOST", 1)
        telegram.receives(**said("The printer burns"))
        listener = self.listener()

        listener.rest()
        assert BotState.current().heard_at is None
        listener.rest()
        listener.let_go()

        assert BotState.current().heard_at

    @pytest.mark.parametrize("trouble", ["5xx", "hang", "cut"])
    def test_a_telegram_that_does_not_answer_is_asked_again(self, anna, telegram, trouble):
        telegram.breakdown = trouble
        listener = self.listener()

        assert listener.rest() == polling.PAUSE
        telegram.breakdown = ""
        telegram.receives(**said("The printer burns"))
        listener.rest()
        listener.let_go()

        assert Incident.objects.count() == 1

    def test_the_chat_of_the_environment_becomes_the_on_call_chat_once(self, telegram, settings):
        settings.TELEGRAM_LOGGING_CHAT = "-1001/45"

        services.from_environment()
        Chat.objects.update(on_call=False)
        services.from_environment()

        chat = Chat.objects.get()
        assert (chat.telegram_id, chat.thread, chat.on_call) == (-1001, 45, False)


class TestWebhook:
    @pytest.fixture(autouse=True)
    def _webhook_mode(self, settings, anna):
        settings.BOT_WEBHOOK_MODE = True

    def test_telegram_tells_whether_something_waits_there(self, telegram):
        telegram.receives(**said("The printer burns"))
        jobs.catch_up()
        assert BotState.current().heard_at is None

        telegram.updates.clear()
        jobs.catch_up()

        assert BotState.current().heard_at

    def test_a_telegram_that_does_not_tell_is_asked_again(self, telegram):
        telegram.breakdown = "5xx"

        jobs.catch_up()

        assert BotState.current().heard_at is None

    def post(self, client, body=None, secret=None, **headers):
        update = {"update_id": 1, **said("The printer burns")} if body is None else body
        text = update if isinstance(update, str) else json.dumps(update)
        known = polling.webhook_secret() if secret is None else secret
        sent = {"X-Telegram-Bot-Api-Secret-Token": known, **headers}
        return client.post("/bot/webhook/", text, content_type="application/json", headers=sent).status_code

    def test_what_telegram_calls_is_kept_and_worked_off_by_a_worker(self, client):
        assert self.post(client) == 200
        assert not Incident.objects.exists()

        with BotApi() as api:
            dispatcher.work_off(api)

        assert Incident.objects.count() == 1

    def test_the_same_call_twice_is_one(self, client):
        self.post(client)

        assert self.post(client) == 200
        assert BotUpdate.objects.count() == 1

    @pytest.mark.parametrize("secret", ["", "x", "a" * 64, "ы"])
    def test_a_forged_call_is_refused(self, client, secret):
        assert self.post(client, secret=secret.encode().decode("latin-1")) == 403
        assert not BotUpdate.objects.exists()

    @pytest.mark.parametrize(
        "body", ["", "x", "[]", "5", "{}", '{"update_id": "1"}', '{"update_id": true}', '{"update_id": -1}',
                 '{"update_id": 1e400}', '{"update_id": 99999999999999999999}', "[" * 100_000],
    )  # fmt: skip
    def test_what_is_no_update_is_refused(self, client, body):
        assert self.post(client, body=body) == 400
        assert not BotUpdate.objects.exists()

    def test_a_body_too_large_is_refused(self, client):
        assert self.post(client, body=json.dumps({"update_id": 1, "x": "a" * (1024 * 1024)})) == 400

    def test_it_answers_outside_the_network(self, client, settings):
        settings.ALLOWED_NETWORKS = ["10.0.0.0/8"]

        assert self.post(client) == 200

    def test_networks_may_narrow_it(self, client, settings):
        settings.BOT_WEBHOOK_NETWORKS = ["149.154.160.0/20"]

        assert self.post(client) == 404

    def test_without_webhook_mode_there_is_no_such_address(self, client, settings):
        settings.BOT_WEBHOOK_MODE = False

        assert self.post(client) == 404

    def test_a_question_for_it_is_not_taken(self, client):
        assert client.get("/bot/webhook/").status_code == 405

    def test_telegram_is_told_whom_to_call(self, telegram):
        polling.set_webhook("https://journal.example.org/bot/webhook/")

        assert telegram.webhook["secret_token"] == polling.webhook_secret()
