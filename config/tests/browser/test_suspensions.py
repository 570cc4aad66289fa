from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, SuspensionFactory, TechProcessFactory

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


def test_figures_of_a_period_are_the_same_on_the_page_and_in_its_files(visit, tmp_path):
    now = timezone.now()
    for days, hours in ((1, 2), (40, 3)):
        start = now - timedelta(days=days, hours=hours)
        SuspensionFactory(start=start, finish=start + timedelta(hours=hours), status="restored")
    window = visit(UserFactory(manager=True))

    window.goto("/suspensions/analytics/")
    window.get_by_role("link", name="Last 30 days").click()
    tiles = window.locator("main")
    expect(tiles).to_contain_text("2 h")
    files = {}
    for name in ("xlsx", "pdf"):
        window.get_by_role("button", name="Report").click()
        with window.expect_download() as arriving:
            window.get_by_role("link", name=name.upper(), exact=True).click()
        files[name] = tmp_path / arriving.value.suggested_filename
        arriving.value.save_as(files[name])
    summary = {row[0]: row[1] for row in load_workbook(files["xlsx"])["Summary"].iter_rows(values_only=True)}

    assert (summary["Cases"], summary["Downtime, sum, min"]) == (1, 120)
    assert files["pdf"].read_bytes().startswith(b"%PDF")
