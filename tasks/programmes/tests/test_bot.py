"""What members meet in the chat, against the stand-in Bot API: questions, photos, and everything that is no photo."""

from datetime import date, timedelta

import pytest

from accounts.tests.factories import UserFactory
from attachments import storage
from attachments.models import File
from incidents.models import Incident
from notifications.models import BotUpdate, Chat, Delivery, Question
from notifications.tests.bot import Player, play
from notifications.tests.telegram import ANNA, GROUP, photo, said
from tasks.models import JoinRequest, Member, Report, ReportPhoto
from tasks.programmes import links, services
from tasks.programmes.tests.factories import (
    MONDAY,
    AssignmentFactory,
    JoinRequestFactory,
    MembershipFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
    picture,
    received,
)

pytestmark = pytest.mark.django_db
FORM = ["Anna", "Zaytseva", "31.12.1990", "Kazan", "8 912 345-67-89"]


@pytest.fixture(autouse=True)
def _monday(clock):
    clock.set(at(MONDAY, 12))


@pytest.fixture
def anna(telegram):
    """Somebody without an account."""
    return Player(telegram)


@pytest.fixture
def report(anna):
    """Anna takes part, and today's report of hers is waited for."""
    return ReportFactory(membership__member__telegram_id=ANNA["id"], membership__member__name="Anna")


@pytest.fixture
def employee(report):
    """The same Anna with an account."""
    return UserFactory(telegram_id=ANNA["id"], language="en")


def sends(player, seed=1, name="photo1", **content):
    player.telegram.files[name] = picture(seed)
    return player.says(photo=photo(name), **content)


def status_of(report):
    return Report.objects.get(pk=report.pk).status


class TestJoining:
    def test_by_questions(self, anna):
        ProgrammeFactory()
        anna.says("/join")

        answers = [anna.says(words).text for words in FORM]

        request = JoinRequest.objects.get()
        assert "What is your surname?" in answers[0]
        assert "Your request is sent" in answers[-1]
        member = request.member
        assert (member.telegram_id, member.full_name, member.birth_date, member.phone, member.user) == (
            ANNA["id"], "Anna Zaytseva", date(1990, 12, 31), "+79123456789", None,
        )  # fmt: skip

    def test_in_russian(self, telegram):
        ProgrammeFactory()
        player = Player(telegram, {**ANNA, "language_code": "ru"})

        assert "Как вас зовут?" in player.says("/join").text
        for words in FORM:
            answer = player.says(words)

        assert "Заявка отправлена" in answer.text
        assert Member.objects.get().language == "ru"

    @pytest.mark.parametrize(
        ("before", "wrong"),
        [(0, "Anna2"), (1, "<b>"), (2, "yesterday"), (2, "31.12.2025"), (3, "7"), (4, "12345")],
    )
    def test_a_wrong_answer_is_said_and_may_be_given_again(self, anna, before, wrong):
        ProgrammeFactory()
        anna.says("/join")
        for words in FORM[:before]:
            anna.says(words)

        assert "did not work" in anna.says(wrong).text
        for words in FORM[before:]:
            anna.says(words)

        assert JoinRequest.objects.count() == 1

    def test_the_conversation_survives_a_day_and_no_longer(self, anna, clock):
        ProgrammeFactory()
        anna.says("/join")
        clock.set(at(MONDAY + timedelta(hours=0), 23))
        assert "surname" in anna.says("Anna").text

        clock.set(at(MONDAY + timedelta(days=2), 12))

        assert anna.says("Zaytseva") is None or Question.objects.get().data["step"] == "surname"

    def test_a_photo_amid_the_questions_is_no_answer(self, anna):
        ProgrammeFactory()
        anna.says("/join")

        answer = sends(anna)

        assert "Answer in words" in answer.text
        assert Question.objects.get().data["step"] == "name"

    def test_the_form_is_offered_on_a_page_where_one_can_be_opened(self, anna, settings, monkeypatch):
        ProgrammeFactory()
        settings.APPLICATION_URL = "https://vakhta.example"
        monkeypatch.setattr(links.Page, "url_name", "monitoring:ping")
        monkeypatch.setattr(links, "reverse", lambda name, args: f"/join/{args[0]}/")

        answer = anna.says("/join")

        address = answer.buttons["Fill in the form"]
        assert address.startswith("https://vakhta.example/join/")
        assert links.applicant(address.split("/join/")[1].rstrip("/")).telegram_id == ANNA["id"]
        anna.presses("By questions here")
        assert "first name" in anna.seen()[-1].text

    def test_while_pending_it_is_corrected(self, anna):
        ProgrammeFactory()
        for words in ["/join", *FORM]:
            anna.says(words)
        answer = anna.says("/join")
        assert "not decided" in answer.text
        anna.presses("Correct it")

        for words in ["Anna", "Orlova", *FORM[2:]]:
            anna.says(words)

        assert (Member.objects.get().surname, JoinRequest.objects.get().applications) == ("Orlova", 1)

    def test_without_a_programme_it_is_said(self, anna):
        assert "no programme to join" in anna.says("/join").text

    def test_not_in_a_group(self, anna):
        ProgrammeFactory()

        assert "Not here" in anna.says("/join", chat=GROUP).text

    def test_strangers_hear_of_it(self, anna):
        ProgrammeFactory(title="July")

        assert "To take part in “July”: /join" in anna.says("Hello").text
        assert "What is your first name?" in anna.says("/start join").text

    def test_the_same_update_twice_is_one_request(self, anna):
        ProgrammeFactory()
        anna.says("/join")
        for words in FORM[:-1]:
            anna.says(words)
        last = anna.telegram.receives(**said(FORM[-1]))

        play(last, last)

        assert JoinRequest.objects.count() == 1
        assert BotUpdate.objects.filter(update_id=last["update_id"]).count() == 1


class TestPhotos:
    def test_a_photo_is_the_report(self, anna, report):
        answer = sends(anna)

        assert "sent for review" in answer.text
        assert status_of(report) == "reviewing"
        assert not Incident.objects.exists()

    def test_the_same_update_twice_is_one_attempt(self, anna, report):
        anna.telegram.files["photo1"] = picture()
        update = anna.telegram.receives(**said(photo=photo("photo1")))

        play(update, update)

        assert (Report.objects.get().attempts, len(anna.seen())) == (1, 1)

    def test_of_an_album_the_first_photo_counts_and_that_is_said_once(self, anna, report):
        answers = [sends(anna, seed, f"p{seed}", media_group_id="album") for seed in (1, 2, 3)]

        assert "Of an album the first photo counts." in answers[0].text
        assert answers[1:] == [None, None]
        assert (ReportPhoto.objects.count(), File.objects.count()) == (1, 1)

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            ({"video": {"file_id": "v"}}, ""),
            ({"voice": {"file_id": "v"}}, ""),
            ({"sticker": {"file_id": "s"}}, ""),
            ({"document": {"file_id": "photo1", "file_name": "photo.jpg", "file_size": 10}}, ""),
            ({}, "I did it!"),
        ],
    )
    def test_what_is_no_photo_is_answered_politely(self, anna, report, content, text):
        answer = anna.says(text, **content)

        assert "The report is a photo" in answer.text
        assert status_of(report) == "waiting"

    def test_a_second_report_is_refused(self, anna, report):
        sends(anna, 1, "p1")

        assert "have reported today" in sends(anna, 2, "p2").text
        assert ReportPhoto.objects.count() == 1

    def test_the_very_same_photo_is_refused(self, anna, report):
        sends(anna)
        services.decline(Report.objects.get(), by=organiser(), note="Too dark")

        assert "sent before" in sends(anna).text

    def test_a_photo_after_the_day_is_late(self, anna, report, clock):
        clock.set(at(MONDAY + timedelta(days=1), 0, 5))

        assert "Yesterday is over" in sends(anna).text

    def test_a_photo_that_was_sent_in_time_and_heard_late_counts(self, anna, report, clock):
        clock.set(at(MONDAY + timedelta(days=1), 0, 31))

        sends(anna, date=int(at(MONDAY, 23).timestamp()))

        report.refresh_from_db()
        assert (report.status, report.sent_at) == ("reviewing", at(MONDAY, 23))

    def test_more_attempts_than_allowed(self, anna, report):
        report.programme.attempts = 1
        report.programme.save()
        sends(anna, 1, "p1")
        services.decline(Report.objects.get(), by=organiser(), note="Too dark")

        assert "used up" in sends(anna, 2, "p2").text

    def test_whoever_was_excluded_hears_why(self, anna, report):
        services.exclude(report.membership, by=organiser(), note="Asked for it")

        assert "Asked for it" in sends(anna).text

    def test_before_the_decision_it_is_said(self, anna):
        JoinRequestFactory(member__telegram_id=ANNA["id"], programme__started=True)

        assert "not decided yet" in sends(anna).text
        assert not File.objects.exists()

    def test_a_photo_that_does_not_come_is_asked_for_again(self, anna, report):
        answer = anna.says(photo=photo("lost"))

        assert "did not arrive" in answer.text
        assert status_of(report) == "waiting"


class TestEmployees:
    def test_a_photo_of_an_employee_who_takes_part_is_the_report(self, anna, employee, report):
        answer = sends(anna)

        assert "caption /incident" in answer.text
        assert status_of(report) == "reviewing"
        assert not Incident.objects.exists()

    def test_with_the_caption_it_is_an_incident(self, anna, employee, report):
        sends(anna, caption="/incident The printer burns", caption_entities=[])

        assert Incident.objects.get().files.count() == 1
        assert status_of(report) == "waiting"

    def test_their_words_stay_incidents(self, anna, employee, report):
        anna.says("The printer burns")

        assert Incident.objects.get().reporter == employee

    def test_an_answer_to_a_question_stays_an_answer(self, anna, employee, report):
        anna.says("/incident")
        sends(anna)

        assert Incident.objects.count() == 1
        assert status_of(report) == "waiting"

    def test_a_video_while_a_report_is_waited_for_is_answered(self, anna, employee, report):
        assert "The report is a photo" in anna.says(video={"file_id": "v"}).text

    def test_employees_who_take_no_part_report_incidents_as_ever(self, telegram):
        UserFactory(telegram_id=ANNA["id"], language="en")
        ProgrammeFactory(started=True)

        sends(Player(telegram))

        assert Incident.objects.count() == 1


class TestTheDay:
    def test_today_shows_the_assignment_with_its_picture(self, anna, report):
        with received(picture(9)) as file:
            services.put_picture(report.day.assignment, by=organiser(), files=[file])

        answer = anna.says("/today")

        assert report.day.assignment.title in answer.text
        assert "Report: waiting" in answer.text
        assert answer.picture.startswith(b"\xff\xd8")

    def test_skipping_asks_first(self, anna, report):
        anna.says("/today")
        anna.presses("Skip today")
        assert status_of(report) == "waiting"
        assert "until midnight" in anna.presses("No")
        assert status_of(report) == "waiting"

        assert anna.presses("Yes, skip") == "Today is skipped"

        assert status_of(report) == "skipped"
        assert "have skipped" in anna.presses("Yes, skip")

    @pytest.mark.parametrize(
        "data", ["programme:skip-now:999999", "programme:skip-now:", "programme:skip-now:x", "programme:y"]
    )
    def test_forged_buttons_do_nothing(self, anna, report, data):
        anna.forges(f"programme:{data}")

        assert status_of(report) == "waiting"

    def test_yesterdays_button_does_not_skip_today(self, anna, report, clock):
        anna.says("/skip")
        clock.set(at(MONDAY + timedelta(days=1), 12))
        today = ReportFactory(membership=report.membership, day__number=2)

        assert "out of date" in anna.presses("Yes, skip")
        assert status_of(today) == "waiting"

    def test_points(self, anna, report):
        ReportFactory(membership=report.membership, day__number=2, approved=True)

        answer = anna.says("/points")

        assert "Your points: 1" in answer.text
        assert "Days to come: 2" in answer.text

    @pytest.mark.parametrize("command", ["/today", "/skip", "/points"])
    def test_strangers_are_told_that_they_take_no_part(self, anna, command):
        assert "no programme" in anna.says(command).text

    @pytest.mark.parametrize("command", ["/today", "/skip"])
    def test_before_the_hour_there_is_nothing(self, anna, command):
        MembershipFactory(member__telegram_id=ANNA["id"])

        assert "comes at 09:00" in anna.says(command).text


class TestMessages:
    def test_whoever_blocks_the_bot_is_seen_and_nobody_is_alarmed(self, anna, report):
        anna.telegram.refuse(ANNA["id"], 403, "bot was blocked by the user")
        UserFactory(admin=True)

        services.exclude(report.membership, by=organiser(), note="Asked for it")
        play()

        assert Member.objects.blocked().get() == report.membership.member
        assert not Delivery.objects.filter(notice__kind="notifications.dead").exists()

    def test_a_long_text_stands_below_its_picture(self, anna, report):
        assignment = AssignmentFactory(text="word " * 500)
        with received(picture(9)) as file:
            services.put_picture(assignment, by=organiser(), files=[file])
        report.day.assignment = assignment
        report.day.save()

        anna.says("/today")

        shown, written = anna.seen()[-2:]
        assert shown.picture
        assert not shown.text
        assert "word word" in written.text

    def test_a_picture_that_is_lost_is_no_obstacle(self, anna, report):
        with received(picture(9)) as file:
            services.put_picture(report.day.assignment, by=organiser(), files=[file])
        storage.previews().delete(file.preview_name)

        answer = anna.says("/today")

        assert report.day.assignment.title in answer.text
        assert answer.picture is None

    def test_the_chat_that_speaks_again_is_written_to_again(self, anna, report):
        Chat.objects.create(telegram_id=ANNA["id"], kind="private", closed_at=at(MONDAY, 8), error="403")

        assert "Your points: 0" in anna.says("/points").text
        assert not Member.objects.blocked().exists()
