"""Kills the web process while machines post, as a power cut would, and counts what it had promised to keep.

150 posts and two kills unless DRILL_KILLS says otherwise; `make drill` posts 500.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from incidents.intake import receiving
from incidents.intake.tests.factories import IntegrationFactory, token_of
from incidents.models import Incident, Message

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
KILLS = 10 if int(os.environ.get("DRILL_KILLS", "0")) > 3 else 2
POSTS = 500 if KILLS > 2 else 150
POSTERS = 4
PATIENCE = 180  # seconds: a busy machine starts a process slowly
ROOT = Path(__file__).resolve().parents[3]


def database_url():
    """The test's own database, as the environment of another process names it."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def web(port):
    """A web server of its own process group; all of it is killed at the end."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "PORT": str(port), "WEB_WORKERS": "1"}
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "config.wsgi"], cwd=ROOT, env=environment, start_new_session=True)
    try:
        wait_until(lambda: answers(port))
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health/live/", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.02)


def post(port, number):
    """Post one message and return its id once it was answered; None where the server died meanwhile."""
    body = json.dumps({"title": f"Fire {number}", "dedup_key": f"fire-{number}"}).encode()
    headers = {"X-Vakhta-Token": token_of(1), "Content-Type": "application/json"}
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/intake/", body, headers)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.load(answer)["message"]
    except (OSError, ValueError, HTTPException):  # cut off in the middle of the answer
        return None


def poster(port, numbers, answered):
    """Post until each number was answered, as senders that repeat do."""
    for number in numbers:
        while (message := post(port, number)) is None:
            time.sleep(0.05)
        answered[number] = message


def test_a_killed_web_process_loses_nothing_that_it_answered():
    User.objects.system()
    IntegrationFactory(number=1, rate_limit=100_000)
    connection.close()
    answered, port = {}, free_port()
    shares = [range(number, POSTS, POSTERS) for number in range(POSTERS)]
    threads = [threading.Thread(target=poster, args=(port, share, answered)) for share in shares]
    for turn in range(KILLS):
        with web(port):
            if turn == 0:
                for thread in threads:
                    thread.start()
            goal = POSTS * (turn + 1) // (KILLS + 1)
            wait_until(lambda goal=goal: len(answered) >= goal)
            time.sleep(random.uniform(0, 0.05))
    assert any(thread.is_alive() for thread in threads), "the drill ended before its last kill"
    with web(port):
        for thread in threads:
            thread.join(PATIENCE)
    receiving.work_off_left_behind(at=timezone.now() + timedelta(hours=1))

    assert len(answered) == POSTS
    kept = set(Message.objects.values_list("pk", flat=True))
    assert set(answered.values()) <= kept
    opened = Counter(Incident.objects.values_list("dedup_key", flat=True))
    assert opened == Counter({f"fire-{number}": 1 for number in range(POSTS)})
    assert not Message.objects.filter(state__in=["received", "unparsed"]).exists()
    assert sum(Incident.objects.values_list("occurrences", flat=True)) == len(kept)
