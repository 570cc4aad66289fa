"""Addresses that open a door by themselves: no log keeps them, the product's as little as nginx's."""

import re

import pytest
from django.conf import settings

from config.tests.routes import ROUTES
from workflow.redaction import BLOT, without_secrets

pytestmark = pytest.mark.once
TOKEN = "Zm9vYmFy:1vKq0Y:pa55-w0rd_8Xc2"  # as Django signs, and as secrets.token_urlsafe makes
DOORS = [route.path for route in ROUTES if "%(token)s" in route.path]
NGINX = re.search(r"^DOORS='([^']+)'", (settings.BASE_DIR / "deploy/nginx.sh").read_text(), re.MULTILINE).group(1)


def opened(path):
    return "/" + re.sub(r"%\((\w+)\)s", lambda found: TOKEN if found[1] == "token" else "x", path)


def test_doors_are_found():
    assert len(DOORS) > 5


@pytest.mark.parametrize("path", DOORS)
def test_a_token_in_an_address_is_blotted_out_of_every_line(path):
    told = without_secrets(f"Internal Server Error: {opened(path)} for somebody")

    assert TOKEN not in told
    assert BLOT in told
    assert told.endswith(" for somebody")


@pytest.mark.parametrize("path", DOORS)
def test_nginx_writes_no_token_down(path):
    found = re.match(rf"^/(?P<door>{NGINX})/.", opened(path))

    assert found
    assert TOKEN not in found["door"]


def test_nginx_knows_no_door_that_is_gone():
    for one in NGINX.split("|"):
        assert any(re.match(f"/{one}/", opened(path)) for path in DOORS), one
