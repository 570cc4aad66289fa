"""Kills the delivering process in the middle of its work, as a power cut would, and counts what arrived.

Two kills unless DRILL_KILLS says otherwise; `make drill` asks for twenty.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from notifications.models import Attempt, Delivery
from notifications.services import notify
from notifications.tests.factories import PLAIN, PersonFactory
from notifications.tests.smtp import open_post_office

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
KILLS = int(os.environ.get("DRILL_KILLS", "2"))
NOTICES = 8 * KILLS
LEASE = 1.0  # seconds
PATIENCE = 180  # seconds: a busy machine starts a worker slowly
WORKER = Path(__file__).with_name("drilled.py")


def database_url():
    """The test's own database, as the environment of another process names it."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@contextmanager
def worker(office):
    """A delivering process; whatever is left of it at the end is killed."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{office.port}",
        "DRILL_LEASE": str(LEASE),
    }
    process = subprocess.Popen([sys.executable, str(WORKER)], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.01)


def waiting():
    return Delivery.objects.waiting().count()


def kill_in_mid_delivery(office):
    """Let the process begin a few messages, then end it somewhere between the first byte and the mark."""
    with worker(office) as process:
        begun = office.begun + random.randint(1, 3)
        wait_until(lambda: office.begun >= begun)
        time.sleep(random.uniform(0, 2 * office.slowness))
        process.kill()


def test_a_killed_worker_loses_nothing_and_repeats_at_most_one_message():
    for number in range(NOTICES):
        notify([PersonFactory()], kind=PLAIN, context={"what": f"Fire {number}", "place": "here"})

    with open_post_office() as office:
        office.slowness = 0.05
        for _turn in range(KILLS):
            kill_in_mid_delivery(office)
        assert waiting(), "the drill ended before its last kill"
        with worker(office):
            wait_until(lambda: not waiting())

    arrived = Counter(office.subjects)
    assert set(arrived) == {f"Fire {number} happened" for number in range(NOTICES)}
    assert len(office.received) - NOTICES <= KILLS
    assert max(arrived.values()) - 1 <= KILLS
    assert len(set(office.ids)) == NOTICES  # a repeat carries the id of the first
    assert not Delivery.objects.exclude(state=Delivery.State.SENT).exists()
    assert Attempt.objects.filter(duration=None).count() <= KILLS  # what was cut short is seen
