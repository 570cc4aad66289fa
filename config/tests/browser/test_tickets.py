"""A ticket from filing to closing, as four people live it, and what the queue does under fingers and keys."""

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from attachments.tests.samples import image
from config.tests.browser.conftest import PHONE
from tickets.models import Ticket, TicketComment
from tickets.tests.factories import TicketFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def photo(name):
    return {"name": name, "mimeType": "image/png", "buffer": image()}


def status(window):
    return window.locator(".vk-head-meta .vk-status")


def dialog(window, link, button, **typed):
    """Open the dialog of a verb, fill it in and confirm it."""
    window.get_by_role("link", name=link, exact=True).first.click()
    sheet = window.locator("#dialog")
    for label, text in typed.items():
        field = sheet.get_by_label(label.capitalize())
        field.select_option(label=text) if label == "technician" else field.fill(text)
    sheet.get_by_role("button", name=button, exact=True).click()


def test_four_people_carry_a_ticket_from_filing_to_closing(visit):
    employee = UserFactory(first_name="Ann", last_name="Gray")
    technician = UserFactory(technician=True, first_name="Bob", last_name="Reed")
    asks, works = visit(employee, size=PHONE, dark=True), visit(technician)
    leads, rules = visit(UserFactory(manager=True)), visit(UserFactory(admin=True))

    path = file_from_a_phone(asks)
    assign_to_bob_reed(leads)
    speak_to_both_sides(works, path)
    answer_what_one_may_read(asks)
    confirm_at_the_second_attempt(asks, works)
    delete_with_the_whole_story(rules, path)

    assert asks.goto(path).status == 404
    assert TicketComment.objects.filter(internal=True).count() == 1


def file_from_a_phone(asks):
    asks.goto("/tickets/new/")
    asks.get_by_label("What is wrong").fill("The printer does not print")
    asks.get_by_label("Location").fill("Room 412")
    asks.locator("input[type=file]").set_input_files(photo("printer.png"))
    asks.get_by_role("button", name="File the ticket").click()
    expect(status(asks)).to_have_text("New")
    return f"/tickets/{Ticket.objects.get().pk}/"


def assign_to_bob_reed(leads):
    leads.goto("/tickets/")
    leads.get_by_role("link", name="The printer does not print").click()
    expect(leads.get_by_text("printer.png").first).to_be_visible()
    dialog(leads, "Assign", "Assign", technician="Bob Reed")
    expect(status(leads)).to_have_text("Assigned")


def speak_to_both_sides(works, path):
    works.goto(path)
    works.get_by_role("button", name="Start").click()
    expect(status(works)).to_have_text("In progress")
    works.get_by_label("Comment", exact=True).fill("Is the light on the left red?")
    works.get_by_role("button", name="Send").click()
    expect(works.locator("#conversation")).to_contain_text("Is the light on the left red?")
    works.get_by_text("Internal, the creator does not see it").first.click()
    works.get_by_label("Comment", exact=True).fill("The drum is from the bad batch.")
    works.locator("#say-file").set_input_files(photo("batch.png"))
    works.get_by_role("button", name="Send").click()
    expect(works.locator(".is-internal")).to_contain_text("The drum is from the bad batch.")
    expect(works.locator(".is-internal")).to_contain_text("batch.png")


def answer_what_one_may_read(asks):
    asks.reload()
    expect(asks.locator("#conversation")).to_contain_text("Is the light on the left red?")
    expect(asks.locator("body")).not_to_contain_text("bad batch")
    expect(asks.locator("body")).not_to_contain_text("batch.png")
    asks.get_by_label("Comment", exact=True).fill("Yes, red.")
    asks.get_by_role("button", name="Send").click()
    expect(asks.locator("#conversation")).to_contain_text("Yes, red.")


def confirm_at_the_second_attempt(asks, works):
    works.reload()
    dialog(works, "Resolve", "Resolve", note="New drum.")
    expect(status(works)).to_have_text("Resolved")
    asks.reload()
    dialog(asks, "It did not help", "Reopen", reason="Still stuck.")
    expect(status(asks)).to_have_text("In progress")
    works.reload()
    dialog(works, "Resolve", "Resolve", note="Another drum.")
    expect(status(works)).to_have_text("Resolved")
    asks.reload()
    dialog(asks, "It helped", "Close")
    expect(status(asks)).to_have_text("Closed")


def delete_with_the_whole_story(rules, path):
    rules.goto(path)
    expect(rules.locator("#conversation")).to_contain_text("bad batch")
    rules.get_by_label("Other actions").click()
    dialog(rules, "Delete", "Delete", reason="An exercise.")
    expect(rules.get_by_text("An exercise.").first).to_be_visible()


def test_the_queue_obeys_the_keyboard(visit):
    low, high = TicketFactory(priority="low"), TicketFactory(priority="high", title="No network")
    window = visit(UserFactory(technician=True))

    window.goto("/tickets/")
    window.keyboard.press("j")
    window.keyboard.press("a")
    expect(window.locator(f"#ticket-{high.pk}")).to_have_count(0)
    window.keyboard.press("j")
    window.keyboard.press("c")

    expect(window.get_by_label("Comment", exact=True)).to_be_focused()
    assert window.url.endswith(f"/tickets/{low.pk}/#say")
    high.refresh_from_db()
    assert high.status == "assigned"


def test_a_manager_assigns_several_on_a_phone(visit):
    tickets = TicketFactory.create_batch(2)
    UserFactory(technician=True, first_name="Bob", last_name="Reed")
    window = visit(UserFactory(manager=True), size=PHONE)

    window.goto("/tickets/")
    bar = window.locator(".vk-bulk")
    expect(bar).to_be_hidden()
    window.get_by_label(f"Choose {tickets[0].number}").check()
    expect(bar).to_contain_text("Chosen: 1")
    bar.get_by_label("Choose all on the page").check()
    expect(bar).to_contain_text("Chosen: 2")
    window.get_by_label("To whom").select_option(label="Bob Reed")
    window.get_by_role("button", name="Assign").click()

    expect(window.get_by_text("2 tickets changed.")).to_be_visible()
    assert set(Ticket.objects.values_list("status", flat=True)) == {"assigned"}
    assert window.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
