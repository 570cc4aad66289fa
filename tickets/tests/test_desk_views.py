"""Pages of the desk about one ticket: its promises, merging it, the way from an old number, the mark."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from tickets.models import CannedReply, SlaTarget, Ticket
from tickets.sla import keeping
from tickets.tests.factories import TicketCommentFactory, TicketFactory

pytestmark = pytest.mark.django_db


def test_the_card_says_how_long_is_left(page):
    SlaTarget.objects.update_or_create(priority="medium", defaults={"response_minutes": 60, "resolution_minutes": 240})
    ticket = TicketFactory(created_at=timezone.now() - timedelta(days=30))
    keeping.keep(ticket)

    assert "Late" in page(UserFactory(manager=True)).get(ticket.get_absolute_url()).text


def test_the_queue_says_how_late_it_is_and_puts_the_nearest_deadline_first(page):
    SlaTarget.objects.update_or_create(priority="medium", defaults={"response_minutes": 60, "resolution_minutes": 240})
    promised = {"created_at": timezone.now() - timedelta(days=30), "title": "An old one"}
    keeping.keep(TicketFactory(**promised))
    TicketFactory(title="Nothing promised")
    client = page(UserFactory(manager=True))

    text = client.get("/tickets/?ordering=due_at").text

    assert "Late" in text
    assert text.index("An old one") < text.index("Nothing promised")


@pytest.mark.parametrize("number", ["{pk}", "#{pk}", "TKT-{pk}", " tkt-{pk} "])
def test_a_manager_merges_by_typing_the_number(page, number):
    old, new = TicketFactory(), TicketFactory()
    TicketCommentFactory(ticket=old, text="It beeps.")

    answer = page(UserFactory(manager=True)).post(f"/tickets/{old.pk}/merge/", {"into": number.format(pk=new.pk)})

    assert (answer.status_code, answer["Location"]) == (302, new.get_absolute_url())
    assert new.comments.get().text == "It beeps."


def test_a_canned_reply_is_chosen_without_javascript(page):
    ticket = TicketFactory(assigned=True)
    reply = CannedReply.objects.create(title="Restart", text="Restart it, {name}.")
    path, wanted = ticket.get_absolute_url(), f"Restart it, {ticket.creator.name}.</textarea>"

    assert wanted in page(ticket.assignee).get(f"{path}?reply={reply.pk}").text
    for odd in ("0", "x", "", "99999999999999999999"):
        assert page(ticket.assignee).get(f"{path}?reply={odd}").status_code == 200
    assert "Restart it" not in page(ticket.creator).get(f"{path}?reply={reply.pk}").text


def test_the_old_number_leads_to_the_new_one(page):
    new = TicketFactory()
    old = TicketFactory(cancelled=True, merged_into=new)
    new.watchings.create(user=old.creator)

    answer = page(old.creator).get(old.get_absolute_url())

    assert (answer.status_code, answer["Location"]) == (302, new.get_absolute_url())


def test_who_may_not_see_the_other_one_reads_what_they_asked(page):
    old = TicketFactory(merged=True, title="My printer")

    answer = page(old.creator).get(old.get_absolute_url())

    assert answer.status_code == 200
    assert "My printer" in answer.text


def test_likely_duplicates_are_offered_with_a_button_each(page):
    ticket = TicketFactory(title="The scanner of the archive is stuck")
    likely = TicketFactory(title="Scanner stuck again")
    text = page(UserFactory(manager=True)).get(f"/tickets/{ticket.pk}/merge/").text

    assert f'name="into" value="{likely.pk}"' in text


@pytest.mark.parametrize("into", ["", "x", "0", "99999999999999999999", "987654", "²", "-1"])
def test_a_number_that_means_nothing_is_refused(page, into):
    old = TicketFactory()

    assert page(UserFactory(manager=True)).post(f"/tickets/{old.pk}/merge/", {"into": into}).status_code == 400
    assert Ticket.objects.get().merged_into is None


def test_merging_out_of_turn_is_told_and_changes_nothing(page):
    old, client = TicketFactory(), page(UserFactory(manager=True))

    text = client.post(f"/tickets/{old.pk}/merge/", {"into": old.pk}, follow=True).text
    assert "cannot be merged into itself" in text
    text = client.post(f"/tickets/{old.pk}/merge/", {"into": TicketFactory(merged=True).pk}, follow=True).text
    assert "was merged already" in text
    old.refresh_from_db()
    assert old.merged_into is None


def test_technicians_are_offered_no_merging(page):
    ticket, client = TicketFactory(), page(UserFactory(technician=True))

    assert "/merge/" not in client.get(ticket.get_absolute_url()).text
    assert client.get(f"/tickets/{ticket.pk}/merge/").status_code == 403


def test_the_creator_rates_with_one_click(page):
    ticket = TicketFactory(resolved=True)
    client = page(ticket.creator)
    assert 'name="satisfaction" value="5"' in client.get(ticket.get_absolute_url()).text

    answer = client.post(f"/tickets/{ticket.pk}/rate/", {"satisfaction": "5"})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.status, ticket.satisfaction) == (302, "closed", 5)


def test_only_the_creator_is_asked_for_a_mark(page):
    ticket = TicketFactory(closed=True, satisfaction=4)
    client = page(UserFactory(manager=True))

    text = client.get(ticket.get_absolute_url()).text
    assert 'name="satisfaction"' not in text
    assert "of 5" in text
    assert client.post(f"/tickets/{ticket.pk}/rate/", {"satisfaction": "1"}).status_code == 403


@pytest.mark.parametrize("mark", ["", "0", "6", "good"])
def test_a_mark_that_means_nothing_changes_nothing(page, mark):
    ticket = TicketFactory(resolved=True)

    page(ticket.creator).post(f"/tickets/{ticket.pk}/rate/", {"satisfaction": mark})

    ticket.refresh_from_db()
    assert (ticket.status, ticket.satisfaction) == ("resolved", None)


def picker(user, ticket):
    request = RequestFactory().get("/")
    request.user = user
    template = Template('{% load desk %}{% canned_replies ticket "id_text" %}')
    return template.render(Context({"request": request, "ticket": ticket}))


def test_the_picker_carries_filled_in_texts_and_escapes_them():
    CannedReply.objects.create(title="Hello", text="Hello {name} <b>")
    ticket = TicketFactory(creator__first_name='"><script>')

    text = picker(UserFactory(technician=True), ticket)

    assert 'data-vk-insert="id_text"' in text
    assert "<script>" not in text
    assert "Hello &quot;&gt;&lt;script&gt; &lt;b&gt;" in text


def test_plain_users_get_no_picker():
    CannedReply.objects.create(title="Hello", text="Hello {name}")
    ticket = TicketFactory()

    assert "Hello" not in picker(ticket.creator, ticket)
