import pytest

from accounts.tests.factories import UserFactory
from tickets.models import Ticket
from tickets.tests.factories import TicketFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = "/api/admin/tickets/ticket/"
NO_COMMENTS = {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}


def test_administrators_find_every_ticket(page):
    ticket = TicketFactory(deleted=True, title="Filed twice")

    client = page(UserFactory(admin=True))
    assert ticket.title in client.get(LIST).text
    assert client.get(f"{LIST}{ticket.pk}/change/").status_code == 200


def test_an_action_does_the_verb_and_says_what_was_refused(page):
    resolved, new = TicketFactory(resolved=True), TicketFactory()
    sent = {"action": "close", "_selected_action": [resolved.pk, new.pk], "index": 0, "note": "Checked."}

    answer = page(UserFactory(admin=True)).post(LIST, sent, follow=True)

    assert set(Ticket.objects.values_list("status", flat=True)) == {"closed", "new"}
    assert new.number in answer.text


def test_merged_and_deleted_tickets_are_refused_in_words(page):
    tickets = [TicketFactory(merged=True), TicketFactory(deleted=True)]
    sent = {"action": "accept", "_selected_action": [ticket.pk for ticket in tickets], "index": 0}

    answer = page(UserFactory(admin=True)).post(LIST, sent, follow=True)

    assert not any(Event.objects.about(ticket).exists() for ticket in tickets)
    assert all(ticket.number in answer.text for ticket in tickets)


def test_deleting_needs_a_reason(page):
    ticket = TicketFactory()
    client = page(UserFactory(admin=True))
    sent = {"action": "delete", "_selected_action": [ticket.pk], "index": 0}

    client.post(LIST, sent | {"note": ""})
    assert Ticket.objects.present().count() == 1
    client.post(LIST, sent | {"note": "Filed twice."})
    assert Ticket.objects.present().count() == 0


def test_what_is_typed_goes_through_the_services(page):
    client = page(UserFactory(admin=True))

    answer = client.post(f"{LIST}add/", {"title": "Typed", "priority": "low", **NO_COMMENTS})
    ticket = Ticket.objects.get()
    client.post(f"{LIST}{ticket.pk}/change/", {"title": "Retyped", "priority": "high", **NO_COMMENTS})

    ticket.refresh_from_db()
    assert answer.status_code == 302
    assert (ticket.title, ticket.priority) == ("Retyped", "high")
    assert list(Event.objects.about(ticket).values_list("verb", "channel")) == [
        ("file", "admin"), ("priority", "admin"), ("edit", "admin")
    ]  # fmt: skip


def test_the_status_is_not_typed(page):
    ticket = TicketFactory()
    sent = {"title": ticket.title, "priority": "medium", "status": "closed", **NO_COMMENTS}

    page(UserFactory(admin=True)).post(f"{LIST}{ticket.pk}/change/", sent)

    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_nobody_deletes_by_a_button(page):
    assert page(UserFactory(admin=True)).post(f"{LIST}{TicketFactory().pk}/delete/").status_code == 403
