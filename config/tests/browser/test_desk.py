"""What makes a technician's desk quick: a canned reply with two clicks, a duplicate merged with two."""

import re

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from tickets.models import CannedReply, TicketComment
from tickets.tests.factories import TicketCommentFactory, TicketFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_canned_reply_is_put_where_the_cursor_stands(visit):
    CannedReply.objects.create(title="Restart", text="{name}, restart it.")
    ticket = TicketFactory(creator=UserFactory(first_name="Ann"))
    window = visit(UserFactory(technician=True))

    window.goto(f"/tickets/{ticket.pk}/")
    window.get_by_label("Comment", exact=True).fill("Hello ")
    window.get_by_role("button", name="Canned reply").click()
    window.get_by_role("link", name="Restart").click()
    expect(window.get_by_label("Comment", exact=True)).to_have_value("Hello Ann, restart it.")
    window.get_by_role("button", name="Send").click()

    expect(window.locator("#conversation")).to_contain_text("Hello Ann, restart it.")
    assert TicketComment.objects.get().ticket == ticket


def test_a_canned_reply_takes_two_keys_and_the_answer_resolves(visit):
    CannedReply.objects.create(title="Restart", text="Restart it.")
    CannedReply.objects.create(title="Wait", text="Wait an hour.")
    technician = UserFactory(technician=True)
    ticket = TicketFactory(in_progress=True, assignee=technician)
    following = TicketFactory()
    window = visit(technician)

    window.goto(f"/tickets/{ticket.pk}/")
    window.keyboard.press("r")
    window.keyboard.press("2")
    expect(window.get_by_label("Comment", exact=True)).to_have_value("Wait an hour.")
    window.get_by_role("button", name="Answer and resolve").click()
    expect(window.locator(".vk-head-meta .vk-status")).to_have_text("Resolved")
    window.keyboard.press("j")

    expect(window).to_have_url(re.compile(f"/tickets/{following.pk}/$"))
    assert TicketComment.objects.get().text == "Wait an hour."


def test_a_duplicate_is_merged_and_its_number_leads_to_the_other(visit):
    old, new = TicketFactory(title="The scanner is stuck"), TicketFactory(title="Scanner stuck again")
    TicketCommentFactory(ticket=old, text="It beeps.")
    window = visit(UserFactory(manager=True))

    window.goto(f"/tickets/{old.pk}/merge/")
    window.get_by_role("button", name="Merge into it").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Scanner stuck again")
    window.goto(f"/tickets/{old.pk}/")

    expect(window.get_by_role("heading", level=1)).to_have_text("Scanner stuck again")
    assert TicketComment.objects.get().ticket == new
