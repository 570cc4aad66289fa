"""Pages that stay open: timers after a renewal, a session that ends, text that did not get through."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests.factories import PASSWORD, UserFactory
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import ProcessLimitFactory, SuspensionFactory
from tickets.services import resolve
from tickets.tests.factories import TicketFactory
from workflow.tests.actors import actor_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = 60_000


@pytest.mark.parametrize(
    ("path", "mark", "fresh", "later"),
    [
        ("/suspensions/?tab=running", "#suspensions [data-vk-since]", r"^1:00:[01]\d$", r"^1:00:[23]\d$"),
        ("/suspensions/budgets/", "#budgets [data-vk-left] >> nth=1", r"^0:59:[45]\d$", r"^0:59:[23]\d$"),
    ],
    ids=["up", "down"],
)
def test_a_timer_is_right_after_the_page_renewed_itself(visit, path, mark, fresh, later):
    process = ProcessLimitFactory(approved=True, case_minutes=120).process
    SuspensionFactory(process=process, start=timezone.now() - timedelta(hours=1))
    window = visit(UserFactory())
    window.clock.install()
    window.goto(path)
    expect(window.locator(mark)).to_have_text(re.compile(fresh))

    window.clock.run_for(MINUTE - 5000)
    expect(window.locator(mark)).not_to_have_text(re.compile(fresh))
    with window.expect_response(lambda answer: answer.request.resource_type == "fetch"):
        window.clock.run_for(6000)
    expect(window.locator(mark)).to_have_text(re.compile(fresh))
    window.clock.run_for(20_000)

    expect(window.locator(mark)).to_have_text(re.compile(later))


def test_a_page_whose_session_is_over_says_so_and_leads_back(visit):
    user = UserFactory()
    SuspensionFactory()
    window = visit(user)
    window.clock.install()
    window.goto("/suspensions/?tab=running")
    window.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    window.clock.run_for(MINUTE + 1000)
    expect(window.get_by_text("Your session is over.")).to_be_visible()
    standing = window.locator("[data-vk-since]").text_content()
    window.clock.run_for(10_000)
    assert window.locator("[data-vk-since]").text_content() == standing

    window.get_by_role("status").get_by_role("link", name="Sign in").click()
    window.get_by_label("Username").fill(user.username)
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    expect(window).to_have_url(re.compile(r"/suspensions/\?tab=running$"))


def test_what_was_sent_after_the_session_ended_is_there_after_signing_in(visit):
    user, incident = UserFactory(technician=True), IncidentFactory()
    window = visit(user)
    window.goto(f"/incidents/{incident.pk}/")
    text = window.locator("form[data-vk-draft] textarea")
    text.fill("The line is back.")
    window.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    window.locator("form[data-vk-draft] button[type=submit]").first.click()

    expect(window.get_by_text("What you typed is kept")).to_be_visible()
    window.get_by_label("Username").fill(user.username)
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    expect(text).to_have_value("The line is back.")

    window.locator("form[data-vk-draft] button[type=submit]").first.click()
    expect(window.locator("#events")).to_contain_text("The line is back.")
    expect(text).to_have_value("")
    assert window.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []


def test_what_is_said_without_leaving_the_page_is_kept_until_it_is_heard(visit):
    user, ticket = UserFactory(technician=True), TicketFactory()
    window, page = visit(user), f"/tickets/{ticket.pk}/"
    window.goto(page)
    text, send = window.locator("#say"), window.get_by_role("button", name="Send", exact=True)
    text.fill("Coming at noon.")
    window.goto("/tickets/")
    window.goto(page)
    expect(text).to_have_value("Coming at noon.")

    send.click()
    expect(window.locator("#conversation")).to_contain_text("Coming at noon.")
    expect(text).to_have_value("")
    window.reload()
    expect(text).to_have_value("")
    assert window.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []


def test_a_refused_answer_says_why_and_keeps_the_words(visit):
    user = UserFactory(technician=True)
    ticket = TicketFactory(in_progress=True, assignee=user)
    window = visit(user)
    window.goto(f"/tickets/{ticket.pk}/")
    window.locator("#say").fill("The roller is new.")
    resolve(ticket, by=actor_of(user))
    window.get_by_role("button", name="Answer and resolve").click()

    expect(window.locator("#conversation [role=alert]")).to_contain_text("it cannot become")
    expect(window.locator("#say")).to_have_value("The roller is new.")


def test_one_person_never_reads_what_another_typed_here(visit):
    window = visit(UserFactory())
    window.goto("/incidents/new/")
    window.get_by_label("What is broken").fill("For my eyes")
    other = UserFactory()
    window.context.clear_cookies()
    window.goto("/sign-in/")
    window.get_by_label("Username").fill(other.username)
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Sign in").click()
    window.goto("/incidents/new/")

    expect(window.get_by_label("What is broken")).to_have_value("")
