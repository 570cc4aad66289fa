import pytest
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_downtime_is_recorded_and_marked_restored(visit):
    TechProcessFactory(number="25", name="Trust management")
    RiskSourceFactory(name="Provider")
    window = visit(UserFactory())

    window.goto("/suspensions/new/")
    window.get_by_label("25 Trust management").check()
    window.locator("[data-vk-fill='id_start']").filter(has_text="an hour ago").click()
    window.get_by_label("Risk source").select_option("Provider")
    window.get_by_label("Description").fill("No line to the depositary.")
    window.get_by_role("button", name="Record").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("25 Trust management")
    window.get_by_role("button", name="Restored now").click()

    expect(window.locator("main")).to_contain_text("1 h")
    assert Suspension.objects.get().status == "restored"
