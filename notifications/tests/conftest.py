import logging

import pytest

from notifications.tests.smtp import free_port, mailers, open_post_office

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
