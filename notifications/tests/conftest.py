import logging

import httpx
import pytest

from notifications.telegram import client
from notifications.tests.smtp import free_port, mailers, open_post_office
from notifications.tests.telegram import TOKEN, open_telegram

logging.getLogger("mail.log").setLevel(logging.WARNING)  # of the server under test: its whole conversation


@pytest.fixture
def post_office(settings):
    """An SMTP server that the product sends through."""
    with open_post_office() as office:
        settings.MAILERS = mailers(office.port)
        yield office


@pytest.fixture
def closed_post_office(settings):
    """Nobody listens where the product sends its mail."""
    port = free_port()
    settings.MAILERS = mailers(port)
    return port


@pytest.fixture
def telegram(settings, monkeypatch):
    """A Bot API that the product speaks to."""
    with open_telegram() as stand_in:
        settings.TELEGRAM_API_BASE_URL, settings.TELEGRAM_BOT_TOKEN = stand_in.url, TOKEN
        monkeypatch.setattr(client, "TIMEOUT", httpx.Timeout(0.5))
        yield stand_in
