"""What is really taken away under the running product, and what it makes of it."""

import shelve
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import User
from accounts.tests.factories import UserFactory
from config.tests.house import PASSWORD, House, stored, until
from incidents.models import Incident
from notifications.tests.test_drill import database_url

DAY = timedelta(days=1)
SMALL_DISK = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
os.execvp(sys.argv[2], sys.argv[2:])
"""


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


TWO = """
import sys
from config.beat import Schedule, app
first, second = (Schedule(app=app, schedule_filename=sys.argv[1], lazy=False) for _ in range(2))
print(first.schedule_filename, second.schedule_filename)
first.schedule["keep backups"].total_run_count = 7
first.sync(), second.sync(), first.close(), second.close()
first.held.close()
print(Schedule(app=app, schedule_filename=sys.argv[1], lazy=False).schedule["keep backups"].total_run_count)
"""


@pytest.mark.once
def test_two_beats_in_one_folder_keep_what_they_did_apart(tmp_path):
    name = str(tmp_path / "beat-schedule")
    told = subprocess.run([sys.executable, "-c", TWO, name], capture_output=True, text=True, check=True)

    assert told.stdout.split() == [name, f"{name}-2", "7"]


def waiting(house):
    return list((house.folder / "broker").glob("*.msg"))


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_refuses_what_it_cannot_keep_and_keeps_what_it_answered(tmp_path):
    User.objects.system()
    User.objects.filter(pk=UserFactory(username="reporter").pk).update(password=stored(PASSWORD))
    connection.close()
    room = Path(connection.settings_dict["NAME"]).stat().st_size + 200_000
    house = House(tmp_path / "house", DATABASE_URL=database_url(), CELERY_BROKER_URL="filesystem://localhost")
    try:
        house.start("web", before=[sys.executable, "-c", SMALL_DISK, str(room)])
        house.open()
        answered, refused = reported_until_refused(house)
        assert house.status("/api/health/live/") == 200
        house.end("web")
        house.start("web")
        house.open()
        with house.signed_in("reporter") as client:
            assert client.post("/api/v1/incidents/", json={"description": "There is room again"}).status_code == 201
    finally:
        house.end()

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert set(Incident.objects.values_list("title", flat=True)) >= set(answered)
    assert Incident.objects.count() == len(answered) + 1


def reported_until_refused(house):
    """Report long stories until one is not kept; return the titles of the others, and the refusal."""
    answered = []
    with house.signed_in("reporter") as client:
        while True:
            title = f"Story {len(answered)}"
            answer = client.post("/api/v1/incidents/", json={"title": title, "description": "long " * 900})
            if answer.status_code != 201:
                return answered, answer
            answered.append(title)
