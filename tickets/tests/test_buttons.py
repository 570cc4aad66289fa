"""Tickets brought on by buttons in Telegram: the technician's, the creator's, and what is pressed too late."""

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from attachments.tests.samples import image
from incidents import services as incidents
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from notifications.notifications import REPLY
from notifications.services import notify
from notifications.tests.bot import Player, play
from notifications.tests.telegram import ANNA, BOT, GROUP, photo
from tickets import services
from tickets.chat import buttons, offered
from tickets.models import Ticket
from tickets.tests.factories import TicketFactory
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
BORIS = {"id": 502, "is_bot": False, "first_name": "Boris", "language_code": "en"}
MARKS = ["⭐ 1", "⭐ 2", "⭐ 3", "⭐ 4", "⭐ 5"]


@pytest.fixture
def anna(telegram):
    UserFactory(first_name="Anna", telegram_id=ANNA["id"], language="en")
    return Player(telegram)


def person(player=ANNA):
    return User.objects.get(telegram_id=player["id"])


@pytest.fixture
def technician(anna):
    User.objects.filter(telegram_id=ANNA["id"]).update(role="technician")
    return person()


@pytest.fixture
def resolved(anna, telegram):
    """A ticket of Anna's that was resolved, as she reads of it."""
    ticket = TicketFactory(in_progress=True, creator=person())
    services.resolve(ticket, by=actor_of(ticket.assignee), note="New drum.")
    play()
    return ticket


def told(ticket, reader):
    """Let somebody read of the ticket in their chat."""
    notify([reader], kind=REPLY, subject=ticket, context={"title": str(ticket), "body": ""})
    play()


def last(telegram, chat=ANNA["id"]):
    return telegram.in_chat(chat)[-1]


class TestTheTechnician:
    def test_accepts_and_then_resolves(self, anna, technician, telegram):
        ticket = TicketFactory()
        told(ticket, technician)

        first = anna.presses("Accept")
        then = dict(last(telegram).buttons)
        second = anna.presses("Resolve")

        ticket.refresh_from_db()
        assert (ticket.status, ticket.assignee) == ("resolved", technician)
        assert (first, second) == (f"{ticket.number} is yours", f"{ticket.number} is resolved")
        assert list(then) == ["Resolve"]
        assert last(telegram).buttons == {}
        assert {event.channel for event in Event.objects.about(ticket)} == {"telegram"}

    def test_accepts_what_was_assigned(self, anna, technician):
        ticket = TicketFactory(assigned=True, assignee=technician)
        told(ticket, technician)

        anna.presses("Accept")

        ticket.refresh_from_db()
        assert ticket.is_accepted

    def test_of_two_who_press_the_first_has_it(self, anna, technician, telegram):
        UserFactory(technician=True, telegram_id=BORIS["id"], language="en")
        ticket = TicketFactory()
        told(ticket, technician)
        accept = last(telegram).buttons["Accept"]

        anna.presses("Accept")
        late = Player(telegram, BORIS).forges(accept)

        ticket.refresh_from_db()
        assert ticket.assignee == technician
        assert late == "This button is out of date."

    def test_who_leads_the_desk_takes_nothing_away_by_an_old_button(self, anna, technician, telegram):
        UserFactory(manager=True, telegram_id=BORIS["id"], language="en")
        ticket = TicketFactory()

        anna.forges(f"ticket:accept:{ticket.pk}")
        late = Player(telegram, BORIS).forges(f"ticket:accept:{ticket.pk}")

        ticket.refresh_from_db()
        assert ticket.assignee == technician
        assert late == f"{ticket.number}: assigned, {technician.name}. This button is out of date."

    def test_a_second_press_changes_nothing(self, anna, technician):
        ticket = TicketFactory(in_progress=True, assignee=technician)

        anna.forges(f"ticket:resolve:{ticket.pk}")
        again = anna.forges(f"ticket:resolve:{ticket.pk}")

        assert again == f"{ticket.number}: resolved, {technician.name}. This button is out of date."
        assert Event.objects.about(ticket).filter(verb="resolve").count() == 1


class TestTheCreator:
    def test_says_that_it_helped_and_how_content_they_are(self, anna, resolved, telegram):
        assert list(last(telegram).buttons) == ["It helped", "It did not help", *MARKS]

        anna.presses("It helped")
        between = list(last(telegram).buttons)
        words = anna.presses("⭐ 4")

        resolved.refresh_from_db()
        assert (resolved.status, resolved.satisfaction) == ("closed", 4)
        assert between == MARKS
        assert words == "Thank you: noted."
        assert last(telegram).buttons == {}

    def test_a_mark_alone_says_both(self, anna, resolved):
        anna.presses("⭐ 5")

        resolved.refresh_from_db()
        assert (resolved.status, resolved.satisfaction) == ("closed", 5)

    def test_is_asked_why_it_did_not_help(self, anna, resolved):
        anna.presses("It did not help")
        resolved.refresh_from_db()
        assert resolved.status == "resolved"

        answer = anna.says("It jams again")

        resolved.refresh_from_db()
        assert resolved.status == "in_progress"
        assert Event.objects.about(resolved).get(verb="reopen").note == "It jams again"
        assert resolved.number in answer.text
        assert not Incident.objects.exists()

    def test_shows_by_a_photo_why(self, anna, resolved, telegram):
        telegram.files["photo1"] = image("JPEG")
        anna.presses("It did not help")

        anna.says(photo=photo())

        resolved.refresh_from_db()
        assert (resolved.status, resolved.files.count()) == ("in_progress", 1)

    def test_whose_reason_comes_when_the_question_is_over_has_commented(self, anna, resolved, telegram):
        anna.presses("It did not help")
        asked = last(telegram)
        anna.says("/help")  # forgets the question

        anna.says("It jams again", reply_to_message={"message_id": asked.id, "from": BOT})

        assert resolved.comments.get().text == "It jams again"

    def test_presses_twice_in_vain(self, anna, resolved):
        anna.forges(f"ticket:close:{resolved.pk}")

        assert "out of date" in anna.forges(f"ticket:close:{resolved.pk}")
        assert Event.objects.about(resolved).filter(verb="close").count() == 1

    @pytest.mark.parametrize("mark", ["0", "6", "x", "5:5", ""])
    def test_gives_no_mark_that_there_is_not(self, anna, resolved, mark):
        assert anna.forges(f"ticket:rate:{resolved.pk}:{mark}") == "A mark goes from 1 to 5."

        resolved.refresh_from_db()
        assert (resolved.status, resolved.satisfaction) == ("resolved", None)


class TestWhoeverElse:
    def test_who_only_watches_presses_nothing(self, anna, telegram):
        ticket = TicketFactory(resolved=True)
        ticket.watchings.create(user=person())

        assert anna.forges(f"ticket:close:{ticket.pk}") == "Your role does not allow this."
        assert buttons(ticket, person()) == []

    def test_who_does_not_see_it_learns_nothing(self, anna):
        ticket = TicketFactory(resolved=True)

        assert anna.forges(f"ticket:close:{ticket.pk}") == "This button is out of date."
        assert Ticket.objects.get().status == "resolved"

    def test_in_a_group_nobody_has_buttons(self, anna):
        answer = anna.says("/ticket The printer jams", chat=GROUP)

        assert answer.buttons == {}

    @pytest.mark.parametrize("state", ["closed", "cancelled", "merged", "deleted"])
    def test_what_is_over_offers_the_technician_nothing(self, technician, state):
        assert offered(TicketFactory(**{state: True}), technician) == set()

    @pytest.mark.parametrize(
        "data", ["ticket", "ticket:close", "ticket:close:x", "ticket:close:99999", "ticket:delete:1",
                 "ticket-instead:file", "ticket-instead:file:x", "ticket-instead:drop:1"],
    )  # fmt: skip
    def test_a_forged_button_does_nothing(self, anna, data):
        TicketFactory(resolved=True, creator=person())

        assert anna.forges(data) == "This button is out of date."
        assert Ticket.objects.get().status == "resolved"


class TestATicketInsteadOfAnIncident:
    """Whoever writes to the bot opens an incident; some of that is a request."""

    def test_is_filed_with_its_words_and_files(self, anna, telegram):
        telegram.files["photo1"] = image("JPEG")
        anna.says(caption="I need a second screen\nRoom 12", photo=photo())

        words = anna.presses("It is a ticket")

        incident, ticket = Incident.objects.get(), Ticket.objects.get()
        assert (ticket.title, ticket.creator, ticket.files.count()) == ("I need a second screen", person(), 1)
        assert (ticket.incident, incident.status) == (incident, "closed")
        assert Event.objects.about(incident).get(verb="close").note == f"It is a ticket: {ticket.number}"
        assert words.startswith(f"Filed: {ticket.number}")
        assert last(telegram).text.startswith(f"Filed: {ticket.number}")

    def test_is_filed_once(self, anna):
        anna.says("I need a second screen")
        incident = Incident.objects.get()

        anna.presses("It is a ticket")
        again = anna.forges(f"ticket-instead:file:{incident.pk}")

        assert Ticket.objects.count() == 1
        assert again == "It is not open any more: it stays an incident."

    def test_is_not_made_of_what_somebody_works_on(self, anna):
        anna.says("The gateway is down")
        incident = Incident.objects.get()
        incidents.take(incident, by=actor_of(UserFactory(technician=True)))

        anna.forges(f"ticket-instead:file:{incident.pk}")

        assert not Ticket.objects.exists()
        assert Incident.objects.get().status == "in_progress"

    def test_is_not_made_of_somebody_elses_words(self, anna):
        incident = IncidentFactory()

        assert anna.forges(f"ticket-instead:file:{incident.pk}") == "Your role does not allow this."
        assert not Ticket.objects.exists()
