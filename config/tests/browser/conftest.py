"""A real Chromium against a real server: what a person sees, not what a client reads."""

import os
import shutil
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, Request, sync_playwright

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
ADVERTISEMENT = "https://cdn.redoc.ly/"  # a logo that ReDoc asks for and the policy blocks
PHONE, DESK = (360, 740), (1280, 900)

# Playwright's loop runs in the test's thread; the ORM is used there between its calls, never inside them.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(autouse=True, scope="session")
def _closed_connections():
    """The threads of the live server end with their connections."""
    connections.settings["default"]["CONN_MAX_AGE"] = 0


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is not installed. Debian, Ubuntu: apt install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, live_server) -> Callable[..., Page]:
    """Open a window: `visit(user, size=PHONE, dark=True)`, without a user a stranger's. Complaints fail the test."""
    complaints: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text and ADVERTISEMENT not in message.text:
            complaints.append(message.text)

    def outside(request: Request) -> None:
        known = (live_server.url, "data:", "blob:", ADVERTISEMENT)
        if not request.url.startswith(known):
            complaints.append(f"called the outside: {request.url}")

    def open_window(user=None, *, size=DESK, dark=False, language="en") -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            locale=language,
            base_url=live_server.url,
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        window = context.new_page()
        window.on("console", note)
        window.on("pageerror", lambda error: complaints.append(str(error)))
        window.on("request", outside)
        return window

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []
