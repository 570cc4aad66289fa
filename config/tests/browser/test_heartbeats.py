"""A nightly job from its address to its first failure and back, as an administrator sees it."""

from datetime import timedelta

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from accounts.tests.factories import UserFactory
from config.tests.browser.conftest import DESK, PHONE
from config.tests.browser.test_looks import overflow, serious
from incidents.models import Incident
from monitoring.heartbeats import services
from workflow.actor import Actor, Channel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/heartbeats/", "/heartbeats/?down=true", "/heartbeats/?search=zzz", "/heartbeats/new/", "/heartbeats/{pk}/",
    "/heartbeats/{pk}/edit/", "/heartbeats/{pk}/rotate/", "/heartbeats/{pk}/delete/", "/backups/", "/health/",
]  # fmt: skip


def test_a_job_gets_its_address_fails_and_is_well_again(visit):
    User.objects.system()
    window = visit(UserFactory(admin=True))
    window.goto("/heartbeats/")
    window.get_by_role("link", name="New heartbeat").first.click()
    window.get_by_label("Name").fill("Nightly export")
    window.get_by_role("button", name="Create and show the address").click()
    expect(window.get_by_text("shown this once")).to_be_visible()
    url = window.locator("#ping-url").input_value()

    assert httpx.get(f"{url}start/").status_code == httpx.get(url).status_code == 200
    window.get_by_role("link", name="To the heartbeat").click()
    expect(window.locator("#state")).to_contain_text("In time")
    expect(window.locator(".vk-strip rect.up")).to_have_count(1)
    expect(window.locator("main")).not_to_contain_text(url)

    assert httpx.post(f"{url}fail/", content="No space left on device").status_code == 200
    window.reload()
    expect(window.locator("#state")).to_contain_text("Missed")
    expect(window.locator(".vk-strip rect.down")).to_have_count(1)
    expect(window.get_by_text("No space left on device").first).to_be_visible()
    window.locator("#heartbeat").get_by_role("link", name="INC-").click()
    expect(window.get_by_role("heading", level=1)).to_contain_text("Nightly export")

    assert httpx.get(url).status_code == 200
    window.reload()
    assert Incident.objects.get().status == "resolved"
    expect(window.get_by_text("Resolved").first).to_be_visible()


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)], ids=["phone, dark", "desk"])
def test_pages_of_heartbeats_fit_and_keep_nobody_out(visit, size, dark):
    User.objects.system()
    admin = UserFactory(admin=True, language="ru")
    plan = {"cron": "30 2 * * 1-5", "time_zone": "Europe/Moscow", "grace_seconds": 1800}
    issued = services.create(by=Actor(admin, Channel.PAGE), name="Ночная выгрузка для регистратора " * 3, **plan)
    now = timezone.now()
    for number in range(45):
        kind = "fail" if number % 9 == 4 else "success"
        services.ping(issued.token, kind, at=now - timedelta(minutes=45 - number), text="остаток" * 60)

    window = visit(admin, size=size, dark=dark)
    for path in PAGES:
        window.goto(path.format(pk=issued.heartbeat.pk))
        assert overflow(window) <= 0, path
        assert serious(window) == [], path
