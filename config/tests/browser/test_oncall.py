"""A manager makes a rota, sees a gap, and lets somebody stand in."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from config.tests.browser.conftest import DESK, PHONE
from config.tests.browser.test_looks import overflow, serious
from incidents.models import Duty
from incidents.oncall.tests.factories import DutyFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def manager():
    return UserFactory(manager=True, first_name="Denis", last_name="Kravtsov", language="en")


def test_a_manager_makes_a_rota_sees_a_gap_and_lets_somebody_stand_in(visit, manager):
    orlov = UserFactory(technician=True, first_name="Ilya", last_name="Orlov")
    UserFactory(technician=True, first_name="Anna", last_name="Belova")
    window = visit(manager)
    window.goto("/oncall/")
    window.get_by_role("link", name="Make a rota").first.click()
    window.get_by_label("1. in turn").select_option(label="Ilya Orlov")
    window.get_by_label("2. in turn").select_option(label="Anna Belova")
    window.get_by_label("First day").fill(f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}")
    window.get_by_label("Turns").fill("2")
    window.get_by_role("button", name="Plan these duties").click()

    expect(window.locator("#oncall-now")).to_contain_text("Orlov I.")
    expect(window.locator("#gaps")).to_contain_text("Nobody is on duty")
    window.locator("#duties").get_by_role("link", name="Substitute").first.click()
    window.get_by_label("Who stands in").select_option(label="Anna Belova")
    window.get_by_role("button", name="Save").click()

    expect(window.locator("#duties")).to_contain_text("instead of Orlov I.")
    assert Duty.objects.substitutions().get().original.person == orlov


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)], ids=["phone", "desk"])
def test_pages_of_duty_fit_and_keep_nobody_out(visit, manager, size, dark):
    now = timezone.now()
    duty = DutyFactory(start=now - timedelta(days=1), finish=now + timedelta(days=6), remark="long" * 60)
    DutyFactory(original=duty, start=now, finish=now + timedelta(days=1))
    window = visit(manager, size=size, dark=dark)
    for path in ("", "rota/", "new/", f"duties/{duty.pk}/", "escalation/", "escalation/new/", "response/"):
        window.goto(f"/oncall/{path}")
        assert overflow(window) <= 0, path
        assert serious(window) == [], path
