"""The Bot API on loopback, for the tests of every app that speaks through Telegram."""

import httpx
import pytest

from notifications.telegram import client
from notifications.tests.telegram import TOKEN, open_telegram


@pytest.fixture
def telegram(settings, monkeypatch):
    """A Bot API that the product speaks to."""
    with open_telegram() as stand_in:
        settings.TELEGRAM_API_BASE_URL, settings.TELEGRAM_BOT_TOKEN = stand_in.url, TOKEN
        monkeypatch.setattr(client, "TIMEOUT", httpx.Timeout(0.5))
        yield stand_in
