"""What leaves for Sentry, as a stand-in on loopback receives it."""

import gzip
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sentry_sdk

from config import sentry

TOKEN = "k3JqPp0aFv7mZx2LrTq9Wd81Zq7k"
IVAN = "ivan@example.org"
LOCAL = "in-a-local-variable"


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


@pytest.fixture
def received(settings):
    """Reporting to a receiver; call it for the text of everything that has arrived."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.bodies = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SENTRY_DSN = f"http://key@127.0.0.1:{server.server_port}/1"
    sentry.start()

    def arrived():
        sentry_sdk.flush(5)
        return b"".join(server.bodies).decode()

    yield arrived
    sentry_sdk.get_client().close()
    sentry_sdk.init()
    server.shutdown()
    server.server_close()


def test_a_fault_arrives_without_whose_it_was(received):
    try:
        password = LOCAL
        raise RuntimeError(f"{IVAN} was refused with {TOKEN}", len(password))
    except RuntimeError as error:
        sentry_sdk.set_user({"email": IVAN})
        sentry_sdk.capture_exception(error)
    text = received()

    assert "RuntimeError" in text
    assert "was refused with" in text
    assert IVAN not in text
    assert TOKEN not in text
    assert LOCAL not in text


def test_a_log_line_arrives_without_what_was_filled_in(received):
    logging.getLogger("vakhta.test").error("Cannot tell %s", "Ivan Petrov")
    text = received()

    assert "Cannot tell" in text
    assert "Ivan Petrov" not in text


def test_an_address_that_was_asked_for_loses_its_question():
    event = {"request": {"method": "GET", "url": f"http://a/ping/{TOKEN}/?q=Ivan", "headers": {"Cookie": "x"}}}

    assert sentry.anonymous(event, {})["request"] == {"method": "GET", "url": "http://a/ping/…/"}


def test_without_a_dsn_nobody_is_told(settings):
    settings.SENTRY_DSN = ""
    sentry.start()

    assert not sentry_sdk.get_client().options.get("dsn")
