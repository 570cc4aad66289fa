"""Kills the delivering process in the middle of its work in Telegram and counts what stands in the chats.

Two kills unless DRILL_KILLS says otherwise; `make drill` makes it fifty.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter

import pytest

from notifications.kinds import TELEGRAM, Kind
from notifications.models import Delivery
from notifications.services import notify
from notifications.tests.factories import PersonFactory
from notifications.tests.telegram import TOKEN, open_telegram
from notifications.tests.test_drill import LEASE, WORKER, database_url, wait_until, waiting

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
KILLS = int(os.environ.get("DRILL_KILLS", "1")) * 5 // 2
NOTICES = 6 * KILLS
NEWS = Kind("test.news", "News", "%(what)s happened", channels=frozenset({TELEGRAM}), required=True, group=False)


class Worker:
    """A delivering process, killed at the end whatever happened."""

    def __init__(self, telegram):
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": telegram.url,
            "DRILL_LEASE": str(LEASE),
        }

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, str(WORKER)], env=self.environment)
        return self.process

    def __exit__(self, *failure):
        self.process.kill()
        self.process.wait()


def kill_in_mid_delivery(telegram):
    """Let the process begin a message or two, then end it between the first byte and the mark."""
    with Worker(telegram) as process:
        begun = telegram.begun + random.randint(1, 2)
        wait_until(lambda: telegram.begun >= begun)
        time.sleep(random.uniform(0, 2 * telegram.slowness))
        process.kill()


def test_a_killed_worker_loses_nothing_and_repeats_at_most_one_message_a_kill(settings):
    settings.TELEGRAM_BOT_TOKEN = TOKEN
    with open_telegram() as telegram:
        for number in range(NOTICES):
            person = PersonFactory(telegram_id=10_000 + number)
            notify([person], kind=NEWS, context={"what": f"Fire {number}"})
        telegram.slowness = 0.05
        for _turn in range(KILLS):
            kill_in_mid_delivery(telegram)
        assert waiting(), "the drill ended before its last kill"
        with Worker(telegram):
            wait_until(lambda: not waiting())
        arrived = Counter(text.splitlines()[-1] for text in telegram.texts())  # late ones say so above

    assert set(arrived) == {f"Fire {number} happened" for number in range(NOTICES)}
    assert sum(arrived.values()) - NOTICES <= KILLS
    assert not Delivery.objects.exclude(state=Delivery.State.SENT).exists()
