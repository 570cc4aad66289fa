"""Three days, five members, from joining to the final message, against the stand-in Bot API."""

from datetime import date

import pytest

from notifications import services as outbox
from notifications.dispatch import dispatcher
from notifications.models import Chat
from notifications.telegram.client import BotApi
from notifications.tests.bot import Player
from notifications.tests.telegram import photo, said
from tasks.models import JoinRequest, Membership, Programme, Report
from tasks.programmes import services
from tasks.programmes.tests.factories import MONDAY, at, organiser, picture, received
from tasks.programmes.tests.test_joining import stranger
from workflow.models import MoveRefused

pytestmark = pytest.mark.django_db
SUNDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 7, day) for day in (19, 21, 22, 23))
FORM = {"Anna": "Zaytseva", "Boris": "Gusev", "Vera": "Belova", "Gleb": "Lebedev", "Dina": "Orlova"}


def play(*updates):
    """Let the bot hear updates and its answers go out, in one go."""
    for update in updates:
        dispatcher.keep(update)
    if updates:
        with BotApi() as api:
            dispatcher.work_off(api)
    Chat.objects.update(recent=[])
    outbox.deliver_telegram()


class Stage:
    """What happens on the organiser's side and by the clock, and what the members' chats show of it."""

    def __init__(self, telegram, clock):
        self.telegram, self.clock, self.by = telegram, clock, organiser()
        people = {
            name: {"id": 501 + place, "is_bot": False, "first_name": name, "language_code": "en"}
            for place, name in enumerate(FORM)
        }
        self.players = {name: Player(telegram, person) for name, person in people.items()}

    def goes_on(self, day, hour, minute=0):
        """Let the clock come to a time and tick there twice; return what arrived in whose chat."""
        self.clock.set(at(day, hour, minute))
        before = len(self.telegram.messages)
        for _tick in range(2):
            services.tick()
        play()
        names = {player.id: name for name, player in self.players.items()}
        return sorted((names[message.chat], message.text) for message in self.telegram.messages[before:])

    def hears(self, **contents):
        """Let the bot hear something from each of these people at once; return what it answered to whom."""
        updates = []
        for name, content in contents.items():
            player = self.players[name]
            content = content if isinstance(content, dict) else {"text": content}
            update = said(**content, person=player.person, number=next(player.numbers))
            updates.append(self.telegram.receives(**update))
        play(*updates)
        return {name: self.players[name].seen()[-1].text for name in contents}

    def join(self, *names):
        self.hears(**dict.fromkeys(names, "/join"))
        self.hears(**{name: name for name in names})
        self.hears(**{name: FORM[name] for name in names})
        for words in ("31.12.1990", "Kazan"):
            self.hears(**dict.fromkeys(names, words))
        return self.hears(**dict.fromkeys(names, "8 912 345-67-89"))

    def request_of(self, name):
        return JoinRequest.objects.get(member__name=name)

    def takes_in(self, *names):
        for name in names:
            services.approve_request(self.request_of(name), by=self.by)
        play()

    def sends(self, **pictures):
        """Let these people send their photos; return what the bot answered to whom."""
        contents = {}
        for name, data in pictures.items():
            key = f"photo{len(self.telegram.files)}"
            self.telegram.files[key] = data
            contents[name] = {"photo": photo(key)}
        return self.hears(**contents)

    def report_of(self, name):
        return Report.objects.get(membership__member__name=name, status="reviewing")

    def approves(self, *names):
        for name in names:
            services.approve(self.report_of(name), by=self.by)
        play()

    def points(self):
        rows = Membership.objects.with_points().select_related("member")
        return {row.member.name: row.points for row in rows}


@pytest.fixture
def stage(telegram, clock):
    return Stage(telegram, clock)


def names_told(arrived, beginning):
    assert all(words.startswith(beginning) for _name, words in arrived), arrived
    return [name for name, _words in arrived]


def test_a_programme_of_three_days(stage):
    sunday(stage)
    monday(stage)
    tuesday(stage)
    wednesday(stage)
    thursday(stage)


def sunday(stage):
    """The programme is set up; four people ask to join, one of them twice."""
    stage.clock.set(at(SUNDAY, 12))
    with received(picture(99)) as file:
        services.create_assignment(by=stage.by, title="Stretch", text="Five minutes", files=[file])
    for title in ("Walk", "Swim"):
        services.create_assignment(by=stage.by, title=title)
    services.create(
        by=stage.by, title="July", start=MONDAY, finish=WEDNESDAY, join_days=1, most_missed=2, attempts=2,
        final_message="Thank you, {name}! {points} of {days}.",
    )  # fmt: skip
    answers = stage.join("Anna", "Boris", "Vera", "Gleb")
    assert all("Your request is sent: July" in answer for answer in answers.values())
    services.decline_request(stage.request_of("Boris"), by=stage.by, note="Who are you?")
    play()
    assert "Who are you?" in stage.players["Boris"].seen()[-1].text
    told = {"surname": "Gusev", "birth_date": date(1990, 12, 31), "city": "Kazan", "phone": "89123456789"}
    services.apply(by=stranger(), telegram_id=502, name="Boris", **told)
    assert stage.request_of("Boris").applications == 2
    stage.takes_in("Anna", "Boris", "Vera", "Gleb")
    assert all("You take part: July" in stage.players[name].seen()[-1].text for name in ("Anna", "Gleb"))


def monday(stage):
    """The first assignment, a copied photo, one that looks alike, one declined and sent again, one silent member."""
    assert stage.goes_on(MONDAY, 8, 59) == []
    arrived = stage.goes_on(MONDAY, 9)
    assert names_told(arrived, "Day 1: Stretch\n\nFive minutes") == ["Anna", "Boris", "Gleb", "Vera"]
    assert stage.players["Anna"].seen()[-1].picture.startswith(b"\xff\xd8")

    answers = stage.sends(Anna=picture(1), Vera=picture(1), Boris=picture(2))
    assert "sent for review" in answers["Anna"]
    assert "sent before" in answers["Vera"]
    assert "sent for review" in stage.sends(Vera=picture(1, brightness=0.8))["Vera"]
    assert Report.objects.suspicious().for_list().get().photo.near.report.member.name == "Anna"
    stale = stage.report_of("Anna")
    stage.approves("Anna", "Vera")
    with pytest.raises(MoveRefused):
        services.approve(stale, by=stage.by)

    services.decline(stage.report_of("Boris"), by=stage.by, note="Too dark")
    play()
    assert "Attempts left today: 1" in stage.players["Boris"].seen()[-1].text
    assert "sent for review" in stage.sends(Boris=picture(3))["Boris"]
    stage.approves("Boris")
    assert names_told(stage.goes_on(MONDAY, 20), "No report yet: Stretch") == ["Gleb"]


def tuesday(stage):
    """One comes late, one skips, one sends a video first, one is silent again."""
    assert stage.goes_on(TUESDAY, 0) == []
    stage.clock.set(at(TUESDAY, 8))
    stage.join("Dina")
    stage.takes_in("Dina")
    assert len(names_told(stage.goes_on(TUESDAY, 9), "Day 2: Walk")) == 5

    boris = stage.players["Boris"]
    boris.says("/skip")
    assert boris.presses("Yes, skip") == "Today is skipped"
    assert "not as a file" in stage.hears(Vera={"video": {"file_id": "v"}})["Vera"]
    stage.sends(Anna=picture(4), Vera=picture(5), Dina=picture(6))
    assert "have reported today" in stage.sends(Anna=picture(30))["Anna"]
    stage.approves("Anna", "Vera", "Dina")
    assert names_told(stage.goes_on(TUESDAY, 20), "No report yet: Walk") == ["Gleb"]


def wednesday(stage):
    """Who was silent for two days is out; of the others one forgets."""
    assert names_told(stage.goes_on(WEDNESDAY, 0), "You are excluded: July") == ["Gleb"]
    assert names_told(stage.goes_on(WEDNESDAY, 9), "Day 3: Swim") == ["Anna", "Boris", "Dina", "Vera"]
    answers = stage.sends(Gleb=picture(40), Anna=picture(10), Boris=picture(11), Dina=picture(12))
    assert "excluded" in answers["Gleb"]
    stage.approves("Anna", "Boris")
    assert "Your points: 3" in stage.hears(Anna="/points")["Anna"]
    assert names_told(stage.goes_on(WEDNESDAY, 20), "No report yet: Swim") == ["Vera"]


def thursday(stage):
    """The last review closes the programme, and everybody who stayed is thanked once."""
    assert stage.goes_on(THURSDAY, 0) == []
    assert Programme.objects.get().status == "ready_for_complete"
    stage.approves("Dina")
    thanks = stage.goes_on(THURSDAY, 10)

    assert thanks == [
        (name, f"July is over\n\nThank you, {name}! {points} of 3.")
        for name, points in [("Anna", 3), ("Boris", 2), ("Dina", 2), ("Vera", 2)]
    ]
    assert stage.goes_on(THURSDAY, 11) == []
    assert Programme.objects.get().status == "finished"
    assert stage.points() == {"Anna": 3, "Boris": 2, "Vera": 2, "Dina": 2, "Gleb": 0}
