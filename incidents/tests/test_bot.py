"""Incidents as people meet them in Telegram, against the stand-in Bot API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from attachments.tests.samples import image
from incidents import services
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from notifications.models import BotUpdate, Chat, Delivery
from notifications.services import deliver_due
from notifications.tests.bot import Player, play
from notifications.tests.telegram import ANNA, BOT, GROUP, photo, said
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
BORIS = {"id": 502, "is_bot": False, "first_name": "Boris", "language_code": "ru"}
MENTION = "@vakhta_bot"


@pytest.fixture
def anna(telegram):
    UserFactory(username="anna", first_name="Anna", technician=True, telegram_id=ANNA["id"], language="en")
    return Player(telegram)


@pytest.fixture
def boris(telegram):
    UserFactory(username="boris", first_name="Boris", telegram_id=BORIS["id"], language="ru")
    return Player(telegram, BORIS)


@pytest.fixture
def on_call(telegram):
    return Chat.objects.create(telegram_id=GROUP["id"], kind="supergroup", title="On call", on_call=True, language="en")


class TestReporting:
    def test_words_become_an_incident_whose_number_is_answered(self, anna):
        answer = anna.says("The printer burns\nRoom 12")

        incident = Incident.objects.get()
        assert (incident.title, incident.reporter.username) == ("The printer burns", "anna")
        assert f"INC-{incident.pk}" in answer.text
        assert Event.objects.get(verb="report").channel == "telegram"

    def test_a_command_reports_in_a_group(self, anna):
        anna.says("/incident The door is locked", chat=GROUP)

        assert Incident.objects.get().description == "The door is locked"

    def test_a_command_of_another_bot_is_left_to_it(self, anna):
        anna.says("/incident@other_bot The door is locked", chat=GROUP)

        assert not Incident.objects.exists()

    def test_what_people_say_to_each_other_in_a_group_is_neither_answered_nor_kept(self, anna):
        assert anna.says("Who is on duty today?", chat=GROUP) is None
        assert not BotUpdate.objects.exists()

    def test_a_mention_reports_in_a_group(self, anna):
        anna.says(f"{MENTION} the door is locked", chat=GROUP)

        assert Incident.objects.get().description == "the door is locked"

    def test_a_command_under_somebodys_message_reports_that(self, anna):
        quoted = {"message_id": 9, "text": "The gateway does not answer", "from": BORIS}

        anna.says("/incident", chat=GROUP, reply_to_message=quoted)

        assert Incident.objects.get().description == "The gateway does not answer"

    def test_a_command_without_words_asks_and_the_next_words_answer(self, anna):
        question = anna.says("/incident")
        assert question.fields["reply_markup"]["force_reply"]

        anna.says("The door is locked")

        assert Incident.objects.get().description == "The door is locked"

    def test_a_photo_comes_along(self, anna, telegram):
        telegram.files["photo1"] = image("JPEG")

        anna.says(caption="Smoke", photo=photo())

        incident = Incident.objects.get()
        assert incident.description == "Smoke"
        assert incident.files.get().file.name.endswith(".jpg")

    def test_a_photo_without_words_is_a_report_too(self, anna, telegram):
        telegram.files["photo1"] = image("JPEG")

        anna.says(photo=photo())

        assert "Anna" in Incident.objects.get().title

    def test_an_album_is_one_incident(self, anna, telegram):
        for name in ("one", "two", "three"):
            telegram.files[name] = image("JPEG")
        anna.says(caption="Smoke", photo=photo("one"), media_group_id="55")
        anna.says(photo=photo("two"), media_group_id="55")
        anna.says(photo=photo("three"), media_group_id="55")

        assert Incident.objects.get().files.count() == 3

    def test_a_picture_of_an_album_that_is_too_large_stays_behind_and_says_so(self, anna, telegram):
        telegram.files["one"] = image("JPEG")
        anna.says(caption="Smoke", photo=photo("one"), media_group_id="55")

        answer = anna.says(photo=photo("two", size=30_000_000), media_group_id="55")

        assert "larger than" in answer.text
        assert Incident.objects.get().files.count() == 1

    def test_an_album_in_a_group_is_one_incident_too(self, anna, telegram):
        for name in ("one", "two"):
            telegram.files[name] = image("JPEG")
        anna.says(caption="/incident Smoke", photo=photo("one"), chat=GROUP, media_group_id="55")
        anna.says(photo=photo("two"), chat=GROUP, media_group_id="55")
        anna.says(photo=photo("two"), chat=GROUP, media_group_id="56")

        assert Incident.objects.get().files.count() == 2

    def test_a_forwarded_message_names_its_author(self, anna):
        anna.says("The site is down", forward_origin={"type": "hidden_user", "sender_user_name": "A client"})

        assert Incident.objects.get().description == "The site is down\n\nForwarded from A client"

    def test_a_reply_to_the_bot_is_a_comment(self, anna):
        answer = anna.says("The printer burns")

        anna.says("It is out now", reply_to_message={"message_id": answer.id, "from": BOT})

        assert Incident.objects.get().comments.get().text == "It is out now"

    def test_a_russian_is_answered_in_russian(self, boris):
        assert "Зарегистрирован" in boris.says("Горит принтер").text


class TestBadInput:
    @pytest.mark.parametrize("text", ["<b>", "{x.__class__}", "%s %(name)s", "😀" * 2000, "</a>&lt;", "a" * 4096])
    def test_whatever_is_written_is_kept_and_answered(self, anna, text):
        answer = anna.says(text)

        assert Incident.objects.get().description == text
        assert "Registered" in answer.text

    def test_five_thousand_emoji_are_one_incident_and_answers_that_fit(self, anna, on_call):
        answer = anna.says("😀" * 5000)

        assert len(Incident.objects.get().description) == 5000
        assert answer is not None

    def test_more_than_an_incident_holds_is_cut_and_says_so(self, anna):
        anna.says("word " * 1500)

        description = Incident.objects.get().description
        assert len(description) <= 5000
        assert description.endswith("(cut: Telegram has the whole)")

    @pytest.mark.parametrize(
        "content",
        [
            {"sticker": {"file_id": "s"}},
            {"location": {"latitude": 1, "longitude": 2}},
            {"voice": {"file_id": "v"}},
            {"contact": {"phone_number": "+7"}},
            {"poll": {"id": "1"}},
        ],
        ids=lambda content: next(iter(content)),
    )
    def test_what_holds_no_words_is_refused_politely(self, anna, content):
        answer = anna.says(**content)

        assert "words" in answer.text
        assert not Incident.objects.exists()

    def test_what_holds_no_words_answers_no_question(self, anna):
        anna.says("/incident")
        anna.says(sticker={"file_id": "s"})

        anna.says("The printer burns")

        assert Incident.objects.get().description == "The printer burns"

    def test_a_file_over_the_limit_stays_behind_and_the_report_counts(self, anna):
        document = {"file_id": "huge", "file_name": "dump.txt", "file_size": 50 * 1024 * 1024}

        answer = anna.says(caption="Dump", document=document)

        assert Incident.objects.get().files.count() == 0
        assert "dump.txt" in answer.text

    def test_a_forbidden_file_stays_behind_and_the_report_counts(self, anna, telegram):
        telegram.files["evil"] = b"MZ" + bytes(200)

        answer = anna.says(caption="Look", document={"file_id": "evil", "file_name": "a.exe", "file_size": 202})

        assert Incident.objects.get().files.count() == 0
        assert "a.exe" in answer.text

    def test_a_file_that_telegram_lost_stays_behind_and_the_report_counts(self, anna):
        answer = anna.says(caption="Look", document={"file_id": "gone", "file_name": "a.txt", "file_size": 5})

        assert Incident.objects.count() == 1
        assert "a.txt" in answer.text

    @pytest.mark.parametrize(
        "data", ["", "incident", "incident:take", "incident:take:x", "incident:take:99999", "incident:drop:1",
                 "nothing:take:1", "incident:take:1:" + "9" * 30, "%s", "incident:pause:1:-5"],
    )  # fmt: skip
    def test_a_forged_button_does_nothing(self, anna, data):
        assert anna.forges(data)
        assert not BotUpdate.objects.filter(state="failed").exists()

    def test_a_name_full_of_markup_is_a_name(self, telegram):
        person = {"id": 777, "is_bot": False, "first_name": "<b>{x.__class__}%s", "language_code": "en"}
        Chat.objects.create(telegram_id=777, kind="private", accepts_reports=True)

        answer = Player(telegram, person).says(photo=photo())

        assert "<b>{x.__class__}%s" in Incident.objects.get().title
        assert answer is not None

    def test_the_same_update_twice_changes_nothing(self, anna, telegram):
        update = telegram.receives(**said("The printer burns"))

        play(update)
        play(update)

        assert Incident.objects.count() == 1
        assert len(telegram.in_chat(ANNA["id"])) == 1


class TestButtons:
    def report(self, by="operator", **fields):
        return services.report(by=actor_of(UserFactory(username=by)), description="No exchange", **fields)

    def test_the_on_call_chat_sees_one_message_that_follows_the_incident(self, anna, on_call, telegram):
        incident = self.report()
        play()

        anna.presses("Take", chat=GROUP)
        first = telegram.in_chat(GROUP["id"])[0]
        taken = first.text
        anna.presses("Resolve", chat=GROUP)

        incident.refresh_from_db()
        assert incident.status == "resolved"
        assert "in progress, Anna" in taken
        assert "resolved, Anna" in first.text
        assert len(telegram.in_chat(GROUP["id"])) == 1

    def test_a_change_on_the_page_shows_in_the_chat(self, anna, on_call, telegram):
        incident = self.report()
        play()

        services.set_severity(incident, by=actor_of(UserFactory(manager=True)), severity="low")
        play()

        [message] = telegram.in_chat(GROUP["id"])
        assert message.text.startswith("⚪")
        assert message.edits == 1

    def test_take_is_answered_above_the_chat(self, anna):
        incident = self.report(severity="critical")
        play()

        assert anna.presses("Take") == f"INC-{incident.pk} is yours"

    def test_of_two_who_press_one_takes(self, anna, on_call, telegram):
        UserFactory(technician=True, telegram_id=BORIS["id"], language="en", first_name="Boris")
        incident = self.report()
        play()
        message = telegram.in_chat(GROUP["id"])[0]
        buttons = dict(message.buttons)

        anna.presses("Take", chat=GROUP)
        late = Player(telegram, BORIS).forges(buttons["Take"], chat=GROUP)

        incident.refresh_from_db()
        assert incident.assignee.username == "anna"
        assert "cannot become" in late

    def test_who_may_not_is_told_so(self, boris, on_call, telegram):
        incident = self.report()
        play()

        boris.presses("Take", chat=GROUP)

        incident.refresh_from_db()
        assert incident.status == "open"
        assert telegram.toasts == ["Your role does not allow this."]

    def test_a_stranger_presses_in_vain(self, on_call, telegram):
        incident = self.report()
        play()

        Player(telegram).presses("Take", chat=GROUP)

        incident.refresh_from_db()
        assert incident.status == "open"
        assert "Link your account" in telegram.toasts[0]

    def test_a_reader_without_rights_only_takes_back_what_they_reported(self, boris):
        assert list(boris.says("Горит принтер").buttons) == ["Не инцидент", "Это заявка"]

    def test_it_is_put_off_for_a_while_and_a_reason(self, anna, on_call):
        incident = self.report()
        play()

        anna.presses("Put off", chat=GROUP)
        anna.presses("1 h", chat=GROUP)
        words = anna.presses("Planned work", chat=GROUP)

        incident.refresh_from_db()
        assert incident.snoozed_until is not None
        assert "waits until" in words
        assert Event.objects.get(verb="snooze").note == "Planned work"

    def test_the_reason_may_be_written(self, anna):
        incident = self.report(severity="critical")
        play()

        anna.presses("Put off")
        anna.presses("4 h")
        anna.says("The provider comes at noon")

        incident.refresh_from_db()
        assert incident.snoozed_until is not None
        assert Event.objects.get(verb="snooze").note == "The provider comes at noon"
        assert Incident.objects.count() == 1


class TestTakingBack:
    """“Thank you” to the bot is an incident until whoever said it says that it is none."""

    def test_a_thank_you_is_closed_by_its_author(self, boris, telegram):
        boris.says("Спасибо!")

        words = boris.presses("Не инцидент")

        incident = Incident.objects.get()
        assert (incident.status, incident.closed_by.username) == ("closed", "boris")
        assert Event.objects.get(verb="close").note == "Не инцидент"
        assert str(incident.pk) in words
        assert telegram.in_chat(BORIS["id"])[-1].buttons == {}

    def test_what_somebody_works_on_is_not_taken_back(self, boris, anna, telegram):
        boris.says("Горит принтер")
        incident = Incident.objects.get()
        button = telegram.in_chat(BORIS["id"])[-1].buttons["Не инцидент"]
        anna.forges(f"incident:take:{incident.pk}")

        late = boris.forges(button)

        incident.refresh_from_db()
        assert incident.status == "in_progress"
        assert "Anna" in late
        assert telegram.in_chat(BORIS["id"])[-1].buttons == {}

    def test_nobody_takes_back_the_words_of_another(self, boris, anna):
        incident = IncidentFactory()

        boris.forges(f"incident:dismiss:{incident.pk}")
        anna.forges(f"incident:dismiss:{incident.pk}")

        incident.refresh_from_db()
        assert incident.status == "open"

    def test_the_on_call_chat_takes_nothing_back(self, on_call, telegram):
        services.report(by=actor_of(UserFactory()), description="No exchange")
        play()

        assert "Not an incident" not in telegram.in_chat(GROUP["id"])[0].buttons


class TestOnCall:
    @pytest.mark.drill
    def test_two_hundred_incidents_while_telegram_is_down_are_all_told_oldest_first(self, on_call, telegram):
        telegram.breakdown = "5xx"
        reporter = actor_of(UserFactory())
        for number in range(200):
            services.report(by=reporter, description=f"Fire {number}", severity="critical")
        play()
        telegram.breakdown = ""
        Delivery.objects.update(wanted_at="2026-01-01T00:00Z")
        from_the_start(lambda: not Delivery.objects.waiting().exists())

        texts = telegram.texts(GROUP["id"])
        assert [text.splitlines()[1].split(maxsplit=2)[2] for text in texts] == [f"Fire {n}" for n in range(200)]
        assert all("Delayed" in text.splitlines()[0] for text in texts)

    def test_a_deleted_incident_keeps_no_buttons(self, on_call, telegram):
        incident = IncidentFactory()
        admin = actor_of(UserFactory(admin=True))
        services.set_severity(incident, by=admin, severity="critical")
        play()

        services.delete(incident, by=admin, note="Twice")
        play()

        assert telegram.in_chat(GROUP["id"])[0].buttons == {}


def from_the_start(done):
    """Deliver as if a minute passed at every look, until it is done."""
    now = timezone.now()
    for turn in range(1000):
        deliver_due(at=now + timedelta(seconds=300 + 3 * turn))
        if done():
            return
    raise AssertionError("not all were sent")
