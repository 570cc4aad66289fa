"""Errors of the product on their way to the on-call chat, against the stand-in Bot API."""

import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError

from monitoring.errors import handler as handling
from monitoring.errors.handler import OnCallHandler
from monitoring.errors.redaction import redacted
from notifications.tests.telegram import TOKEN

CHAT = -1001
HOUR = 3600


class Errors:
    """A logger whose errors go to the chat; its clock is moved by hand, its thread stands in for nobody."""

    def __init__(self, telegram, folder):
        self.handler = OnCallHandler(token=TOKEN, chat=str(CHAT), base=telegram.url, folder=str(folder), gather=0)
        self.handler.wake = lambda: None
        self.log = logging.getLogger("incidents.services.test")
        self.log.propagate = False
        self.log.handlers = [self.handler]

    def tell(self, later=0):
        self.handler.put_aside()
        self.handler.tell(time.time() + 1 + later)

    def crash(self, words="broken", kind=ValueError):
        try:
            raise kind(words)
        except kind:
            self.log.exception("It failed")


@pytest.fixture
def errors(telegram, tmp_path):
    found = Errors(telegram, tmp_path)
    yield found
    found.log.handlers = []


def test_an_error_is_told_with_its_place_and_without_variables(errors, telegram):
    secret_of_a_variable = "do-not-tell"  # noqa: F841

    errors.crash()
    errors.tell()

    [text] = telegram.texts(CHAT)
    assert "ValueError" in text
    assert "monitoring/tests/test_errors.py" in text
    assert "do-not-tell" not in text


def test_a_thousand_equal_errors_are_one_message_with_a_count(errors, telegram):
    for number in range(1000):
        errors.crash(f"broken {number}")
    errors.tell()

    [text] = telegram.texts(CHAT)
    assert "×1000" in text


def test_what_comes_later_within_the_hour_is_counted_in_the_same_message(errors, telegram):
    errors.crash()
    errors.tell()
    for _number in range(999):
        errors.crash()
    errors.tell(later=120)

    [message] = telegram.in_chat(CHAT)
    assert "×1000" in message.text
    assert message.edits == 1


def test_an_edit_comes_once_a_minute_at_most(errors, telegram):
    for _number in range(10):
        errors.crash()
        errors.tell()

    assert telegram.called("editMessageText") == []


def test_different_errors_are_different_messages(errors, telegram):
    errors.crash(kind=ValueError)
    errors.crash(kind=KeyError)
    errors.tell()

    assert len(telegram.texts(CHAT)) == 2


def test_a_storm_of_different_errors_is_one_digest(errors, telegram):
    for number in range(20):
        errors.log.error(f"Disk {number} is full")
    errors.tell()

    [text] = telegram.texts(CHAT)
    assert text.count("•") == 20


def test_processes_share_one_count(errors, telegram, tmp_path):
    other = Errors(telegram, tmp_path)
    errors.log.error("Equal")
    errors.handler.put_aside()
    other.log.handlers = [other.handler]
    errors.log.error("Equal")
    other.tell()

    assert len(telegram.texts(CHAT)) <= 2


@pytest.mark.parametrize("trouble", ["5xx", "cut"])
def test_an_outage_of_telegram_loses_nothing(errors, telegram, trouble):
    telegram.breakdown = trouble
    for number in range(3):
        errors.log.error(f"Fault {number}")
        errors.tell()
    telegram.breakdown = ""

    errors.tell(later=HOUR)

    assert len(telegram.texts(CHAT)) == 3
    assert all("⏱" in text for text in telegram.texts(CHAT))


def test_errors_of_a_database_that_is_down_are_told_without_it(errors, telegram):
    """This test has no database: whoever asked one would fail."""
    errors.crash("connection refused", OperationalError)
    errors.tell()

    [text] = telegram.texts(CHAT)
    assert "OperationalError" in text
    assert "connection refused" in text


def test_telegrams_patience_is_obeyed(errors, telegram):
    telegram.refuse_next(429, "retry later", retry_after=300)
    errors.crash()
    errors.tell()
    errors.tell(later=200)
    assert telegram.texts(CHAT) == []

    errors.tell(later=400)

    assert len(telegram.texts(CHAT)) == 1


def test_the_next_process_tells_what_one_left_behind(errors, telegram, tmp_path):
    errors.crash()
    errors.handler.put_aside()

    Errors(telegram, tmp_path).handler.tell(time.time() + 1)

    assert len(telegram.texts(CHAT)) == 1


def test_a_full_queue_drops_but_counts_and_never_waits(errors, telegram):
    for _number in range(handling.ROOM + 500):
        errors.log.error("Equal")
    errors.tell()

    assert f"×{handling.ROOM + 500}" in telegram.texts(CHAT)[0]


def test_whoever_logs_does_not_wait_for_a_telegram_that_hangs(telegram, tmp_path):
    telegram.breakdown = "hang"
    handler = OnCallHandler(token=TOKEN, chat=str(CHAT), base=telegram.url, folder=str(tmp_path), gather=0, tick=0.01)
    log = logging.getLogger("test.hanging")
    log.propagate, log.handlers = False, [handler]

    began = time.monotonic()
    for _number in range(200):
        log.error("Equal")
    took = time.monotonic() - began
    log.handlers = []

    assert took < 5  # the stand-in holds every call for longer


def test_the_thread_tells_by_itself(telegram, tmp_path):
    handler = OnCallHandler(token=TOKEN, chat=str(CHAT), base=telegram.url, folder=str(tmp_path), gather=0, tick=0.01)
    log = logging.getLogger("test.thread")
    log.propagate, log.handlers = False, [handler]
    log.error("By itself")
    deadline = time.monotonic() + 10
    while not telegram.texts(CHAT) and time.monotonic() < deadline:
        time.sleep(0.01)
    log.handlers = []

    assert "By itself" in telegram.texts(CHAT)[0]
    assert any(thread.name.startswith("errors") for thread in threading.enumerate())


@pytest.mark.parametrize(
    "name", ["monitoring.errors.handler", "httpx", "httpcore.connection", "notifications.telegram.client"]
)
def test_what_the_way_out_says_does_not_come_round_again(errors, telegram, name):
    log = logging.getLogger(name)
    log.addHandler(errors.handler)
    log.error("Recursion")
    log.removeHandler(errors.handler)
    errors.tell()

    assert telegram.texts(CHAT) == []


def test_warnings_are_not_told(errors, telegram):
    errors.log.warning("Only a warning")
    errors.tell()

    assert telegram.texts(CHAT) == []


def test_a_broken_spool_harms_nobody(errors, telegram, capsys):
    errors.handler.spool.path.write_bytes(b"no database at all, but long enough to be read as one" * 40)

    errors.crash()
    errors.tell()

    assert "cannot be told" in capsys.readouterr().err


def test_a_message_that_cannot_be_formatted_harms_nobody(errors, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)

    errors.log.error("%s %s", "one")  # noqa: PLE1206 - as somebody may write it
    errors.tell()


@pytest.mark.parametrize("text", ["<b>", "{x.__class__}", "%s", "</a> & \x00", "😀" * 5000], ids=range(5))
def test_whatever_stands_in_an_error_can_be_told(errors, telegram, text):
    errors.crash(text)
    errors.tell()

    assert len(telegram.texts(CHAT)) == 1


def test_what_no_file_can_hold_is_left_out(errors, telegram):
    errors.handler.write_down([handling.Entry("key", "half a letter: \ud800", time.time())])
    errors.tell()

    assert telegram.texts(CHAT)[0].startswith("🛑 half a letter: \n")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/getMe", TOKEN),
        ("password=hunter22 for login", "hunter22"),
        ('{"SECRET_KEY": "abc def"}', "abc def"),
        ("Authorization: Bearer abcdefgh12345678", "abcdefgh12345678"),
        ("postgres://vakhta:hunter22@db/vakhta", "hunter22"),
        ("eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", "eyJzdWIiOi"),
        ("Key (email)=(anna@example.org) already exists", "anna@example.org"),
        ("call +7 (912) 345-67-89 now", "345-67-89"),
        ("call 89123456789 now", "89123456789"),
        ("key 0123456789abcdef0123456789abcdef01", "0123456789abcdef"),
    ],
)
def test_secrets_and_people_are_blotted_out(text, secret):
    assert secret not in redacted(text)


@pytest.mark.parametrize(
    "text", ["INC-1042 at 2026-11-21 10:05:01", "incidents/services.py:120 take", "no such table: incidents_incident",
             "took 1234567 ms", "version 6.1.3"],
)  # fmt: skip
def test_what_helps_is_left(text):
    assert redacted(text) == text


def test_a_process_that_ends_at_once_leaves_its_error_behind(telegram, tmp_path):
    script = (
        "import logging; from monitoring.errors.handler import OnCallHandler;"
        f"handler = OnCallHandler(token='x', chat='-1', base='http://127.0.0.1:9', folder={str(tmp_path)!r});"
        "logging.getLogger().addHandler(handler);"
        "logging.getLogger('x').error('Last words')"
    )
    home = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script], check=True, cwd=home, env={**os.environ, "PYTHONPATH": str(home)})

    with sqlite3.connect(tmp_path / "errors.sqlite3") as spool:
        [(text,)] = spool.execute("SELECT text FROM error").fetchall()
    spool.close()
    assert "Last words" in text
