"""What is really set back under the running product, and goes on by itself."""

import shelve
import signal
from datetime import UTC, datetime, timedelta

import pytest

from config.tests.house import House, until

DAY = timedelta(days=1)


@pytest.mark.once
def test_a_clock_that_was_set_back_stops_no_ticks(tmp_path):
    house = House(tmp_path / "house", CELERY_BROKER_URL="filesystem://localhost")
    schedule = str(house.folder / "beat-schedule")
    try:
        house.start("beat")
        until(lambda: waiting(house), house.said)
        house.end("beat", by=signal.SIGTERM)
        with shelve.open(schedule) as kept:
            entries = kept["entries"]
            for entry in entries.values():
                entry.last_run_at = datetime.now(UTC) + DAY  # as it stands there when the clock was a day ahead
            kept["entries"] = entries
        for path in waiting(house):
            path.unlink()

        house.start("beat")
        until(lambda: len(waiting(house)) > 2, house.said, patience=60)
    finally:
        house.end()


def waiting(house):
    return list((house.folder / "broker").glob("*.msg"))
