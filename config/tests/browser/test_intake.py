"""A machine is connected from the page alone: token, address, first incident."""

import json
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts.models import User
from accounts.tests.factories import UserFactory
from config.tests.browser.conftest import DESK, PHONE
from incidents.intake import formats
from incidents.intake.receiving import Envelope, receive
from incidents.intake.tests.factories import IntegrationFactory, MessageFactory, token_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def post(url, body):
    asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_machine_is_connected_from_the_page_alone(visit, size):
    User.objects.system()
    window = visit(UserFactory(admin=True), size=size)
    window.goto("/integrations/")
    window.get_by_role("link", name="New integration").first.click()
    window.get_by_label("Name").fill("Alertmanager of the data centre")
    window.get_by_label("Format").select_option("alertmanager")
    window.get_by_role("button", name="Create and show the token").click()

    expect(window.get_by_text("shown this once").first).to_be_visible()
    window.locator("[data-vk-copy=whole]").click()
    expect(window.locator("[data-vk-copy=whole]")).to_have_text("Copied")
    url = window.locator("#whole").input_value()
    assert post(url, formats.sample("alertmanager", firing=True))["status"] == "created"

    window.get_by_role("link", name="To the integration").click()
    window.get_by_role("link", name="INC-").first.click()
    expect(window.get_by_role("heading", level=1)).to_contain_text("does not answer")
    expect(window.get_by_text("Alertmanager of the data centre").first).to_be_visible()


@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESK, False)], ids=["phone, dark", "desk"])
def test_pages_of_the_intake_fit_and_keep_nobody_out(visit, size, dark):
    User.objects.system()
    integration = IntegrationFactory(number=1, name="Мониторинг " * 8, networks=["10.0.0.0/8"])
    for number in range(6):
        receive(token_of(1), Envelope(f'{{"title": "Узел {number} недоступен"}}'.encode(), address="10.0.0.1"))
    message = MessageFactory(integration=integration, body=b'{"title": "' + b"x" * 500)
    window = visit(UserFactory(admin=True, language="ru"), size=size, dark=dark)
    for path in [
        "/", "/incidents/", "/integrations/", "/integrations/new/", integration.get_absolute_url(),
        f"{integration.get_absolute_url()}edit/", f"{integration.get_absolute_url()}withdraw/",
        "/integrations/messages/", "/integrations/messages/replay/", message.get_absolute_url(),
    ]:  # fmt: skip
        window.goto(path)
        wide = window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = Axe().run(window, options={"resultTypes": ["violations"]}).response["violations"]
        assert wide <= 0, path
        assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == [], path
