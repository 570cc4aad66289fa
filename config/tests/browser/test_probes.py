"""A probe from its first line to its first outage, as an administrator sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from config.tests.browser.conftest import DESK, PHONE
from config.tests.browser.test_looks import overflow, serious
from monitoring.checks import Answer
from monitoring.models import TargetGroup
from monitoring.services import probing
from monitoring.tests.factories import GroupFactory
from monitoring.tests.listeners import listener
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/probes/", "/probes/{pk}/", "/probes/{pk}/edit/", "/probes/new/", "/probes/{pk}/windows/new/",
    "/probes/{pk}/delete/", "/probes/test-url/", "/probes/targets/{target}/", "/outages/", "/outages/?open=true",
]  # fmt: skip
GOOD, BAD = Answer(True, 0.04), Answer(False, 3.0, "link", "Network is unreachable")


@pytest.fixture
def admin():
    return UserFactory(admin=True, first_name="Анна", last_name="Белова", language="ru")


@pytest.fixture
def group():
    """A group that was down for a while and is down again."""
    group = GroupFactory(name="Доступ в интернет", addresses=["http://1.1.1.1/" + "long" * 40, "8.8.8.8:53"])
    targets, start = list(group.targets.order_by("pk")), timezone.now() - timedelta(minutes=40)
    answers = [GOOD] * 30 + [BAD] * 20 + [GOOD] * 40 + [BAD] * 31
    for number, answer in enumerate(answers):
        probing.record(probing.Round(group, targets, start + number * timedelta(seconds=20)), [answer, answer])
    return group


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)], ids=["phone, dark", "desk"])
def test_pages_of_probes_fit_and_keep_nobody_out(visit, admin, group, size, dark):
    window = visit(admin, size=size, dark=dark)
    for path in PAGES:
        window.goto(path.format(pk=group.pk, target=group.targets.first().pk))
        assert overflow(window) <= 0, path
        assert serious(window) == [], path


def test_an_administrator_sets_a_probe_up_and_has_it_checked(visit, settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    TechProcessFactory(name="Clearing", number="25")
    RiskSourceFactory(name="Provider")
    window = visit(UserFactory(admin=True, language="en"))
    window.goto("/probes/")
    window.get_by_role("link", name="New probe").first.click()
    window.get_by_label("Name").fill("Internet access")
    window.get_by_label("Process").first.select_option(label="25 Clearing")
    window.get_by_label("Risk source").select_option(label="Provider")
    with listener() as port:
        window.get_by_label("Kind").first.select_option("tcp")
        window.get_by_label("Address").first.fill(f"127.0.0.1:{port}")
        window.get_by_role("button", name="Save").click()
        expect(window.get_by_role("heading", level=1)).to_have_text("Internet access")
        window.get_by_role("button", name="Check now").click()
        expect(window.locator("#state")).to_contain_text("Up")

    window.get_by_role("button", name="Check now").click()
    expect(window.locator("#state")).to_contain_text("Failing in part")
    assert TargetGroup.objects.get().targets.get().last_ok is False
