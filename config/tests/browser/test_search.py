import pytest
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from config.tests.browser.conftest import PHONE
from incidents.tests.factories import IncidentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_is_typed_is_found_while_one_types(visit):
    IncidentFactory(title="The gateway is slow")
    wanted = IncidentFactory(title="Gateways do not answer")
    window = visit(UserFactory())
    window.goto("/")

    window.locator("body").press("/")
    box = window.get_by_role("combobox", name="Search by words or number")
    expect(box).to_be_focused()
    box.press_sequentially("gatew")
    options = window.get_by_role("option")
    expect(options).to_have_count(3)
    expect(box).to_have_attribute("aria-expanded", "true")

    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("ArrowUp")
    box.press("ArrowDown")
    box.press("Enter")

    expect(window).to_have_url(f"http://{window.url.split('/')[2]}{wanted.get_absolute_url()}")


def test_escape_closes_the_suggestions_and_enter_shows_all_hits(visit):
    IncidentFactory(title="The gateway <b>is</b> slow")
    window = visit(UserFactory(), size=PHONE, dark=True)
    window.goto("/incidents/")

    box = window.get_by_role("combobox", name="Search by words or number")
    box.press_sequentially("gateway")
    expect(window.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(window.get_by_role("listbox")).to_be_hidden()
    box.fill("gateway slow")
    box.press("Enter")

    expect(window.get_by_role("heading", level=1)).to_have_text("Search")
    expect(window.locator("mark")).to_have_text(["gateway", "slow"])
    expect(window.locator("main")).to_contain_text("The gateway <b>is</b> slow")
    assert window.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
