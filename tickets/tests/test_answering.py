"""The answer that resolves: words, files and the move together, with one notice, by page and API."""

import pytest

from attachments.tests.samples import image, upload
from notifications.models import Notice
from tickets import services
from tickets.models import Ticket
from tickets.tests.factories import TicketFactory
from workflow.models import Event, MoveRefused
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return TicketFactory(in_progress=True)


@pytest.fixture
def path(ticket):
    return f"/tickets/{ticket.pk}/comment/"


def notices_of(ticket):
    return list(Notice.objects.filter(recipient=ticket.creator).values_list("kind", "body"))


def test_one_notice_carries_the_words(ticket):
    services.answer(ticket, by=actor_of(ticket.assignee), text=" New drum. ")

    assert ticket.status == "resolved"
    assert ticket.comments.get().text == "New drum."
    assert notices_of(ticket) == [("ticket.resolved", f"{ticket.assignee.name}: New drum.")]


def test_it_ends_the_waiting_for_the_creator(ticket):
    by = actor_of(ticket.assignee)
    services.wait(ticket, by=by, note="Which room?")

    services.answer(ticket, by=by, text="Found it.")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == ("resolved", None)
    assert not ticket.pauses.filter(finish=None).exists()


def test_out_of_turn_nothing_is_said_either():
    ticket = TicketFactory(resolved=True)

    with pytest.raises(MoveRefused):
        services.answer(ticket, by=actor_of(ticket.assignee), text="Again.")

    assert not ticket.comments.exists()
    assert not Notice.objects.exists()


def test_the_second_button_of_the_form_answers_and_resolves(page, ticket, path):
    client = page(ticket.assignee)
    sent = {"text": "New drum.", "then": "resolve", "file": [upload("drum.png", image())]}

    answer = client.post(path, sent)

    ticket.refresh_from_db()
    assert answer["Location"] == ticket.get_absolute_url()
    assert (ticket.status, ticket.comments.get().files.count()) == ("resolved", 1)
    assert [kind for kind, _body in notices_of(ticket)] == ["ticket.resolved"]


def test_htmx_is_led_to_the_card_anew(page, ticket, path):
    answer = page(ticket.assignee).post(path, {"text": "New drum.", "then": "resolve"}, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == ticket.get_absolute_url()


def test_what_is_out_of_turn_keeps_what_was_typed(page, ticket, path):
    client = page(ticket.assignee)
    services.resolve(ticket, by=actor_of(ticket.assignee))

    answer = client.post(path, {"text": "Two long paragraphs.", "then": "resolve"})

    assert answer.status_code == 400
    assert "Two long paragraphs." in answer.text
    assert "cannot become" in answer.text


def test_an_internal_word_resolves_nothing(page, ticket, path):
    answer = page(ticket.assignee).post(path, {"text": "Lazy printer.", "then": "resolve", "internal": "yes"})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.status) == (400, "in_progress")
    assert not ticket.comments.exists()


def test_the_creator_is_offered_no_such_button(page, ticket, path):
    client = page(ticket.creator)

    text = client.get(ticket.get_absolute_url()).text
    refused = client.post(path, {"text": "It works again.", "then": "resolve"})

    assert "Answer and resolve" not in text
    assert refused.status_code == 403
    assert not Event.objects.about(ticket).filter(verb="comment").exists()


def test_the_technician_is_offered_it_while_it_can_be_resolved(page, ticket):
    client = page(ticket.assignee)
    assert "Answer and resolve" in client.get(ticket.get_absolute_url()).text

    Ticket.objects.filter(pk=ticket.pk).update(status="new", assignee=None)

    assert "Answer and resolve" not in client.get(ticket.get_absolute_url()).text


@pytest.mark.parametrize(
    ("sent", "code", "status"),
    [({"resolve": True}, 201, "resolved"), ({}, 201, "in_progress"),
     ({"resolve": True, "internal": True}, 400, "in_progress")],
)  # fmt: skip
def test_the_api_answers_and_resolves(api, ticket, sent, code, status):
    answer = api(ticket.assignee).post(f"/api/v1/tickets/{ticket.pk}/comments/", {"text": "New drum.", **sent})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.status) == (code, status)
