"""The installation watches itself: silence of jobs, a full disk, messages that do not leave; each is told once."""

import json
import os
import re
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Role
from accounts.tests.factories import UserFactory
from monitoring import services
from monitoring.models import Alarm, Backup, Pulse
from monitoring.notifications import FAULTS
from monitoring.sentinel import Sentinel
from monitoring.services import vitals
from monitoring.tests.listeners import web
from notifications.models import Delivery, Notice
from notifications.services import notify
from notifications.tests.smtp import mailers, open_post_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(role=Role.ADMIN)


@pytest.fixture
def post_office(settings):
    with open_post_office() as office:
        settings.MAILERS = mailers(office.port)
        yield office


@pytest.fixture
def queue(settings, tmp_path):
    """A queue of files that nobody works off."""
    folder = tmp_path / "broker"
    folder.mkdir()
    settings.CELERY_BROKER_URL = "filesystem://localhost"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(folder)}
    return folder


def told(admin):
    return list(Notice.objects.filter(recipient=admin).order_by("pk").values_list("kind", flat=True))


def silent_since(minutes):
    at = timezone.now() - timedelta(minutes=minutes)
    Pulse.objects.update_or_create(pk=Pulse.JOBS, defaults={"at": at})
    return at


def test_after_a_silence_the_administrator_learns_how_long_it_lasted(admin):
    silent_since(90)
    services.tick(at=timezone.now())

    assert told(admin) == ["installation.off"]
    assert "Vakhta was off from" in Notice.objects.get().title


def test_the_first_tick_of_all_and_a_quick_restart_tell_nobody(admin):
    services.tick(at=timezone.now())
    silent_since(2)
    services.tick(at=timezone.now())

    assert told(admin) == []


def test_two_beats_tell_of_a_silence_once(admin):
    silent_since(90)
    now = timezone.now()
    services.tick(at=now)
    services.tick(at=now)

    assert told(admin) == ["installation.off"]


def test_a_clock_that_was_set_back_silences_nothing(admin):
    services.tick(at=timezone.now() + timedelta(hours=3))
    services.tick(at=timezone.now())

    assert vitals.job_age() < timedelta(minutes=1)
    assert told(admin) == []


def test_undone_ticks_are_the_workers_fault(queue):
    silent_since(10)
    (queue / "1.msg").write_text("a tick")

    assert not vitals.check_worker().ok
    assert vitals.check_beat().ok


def test_where_nothing_waits_the_scheduler_is_silent(queue):
    silent_since(10)

    assert vitals.check_worker().ok
    assert not vitals.check_beat().ok


def test_whoever_lives_tells_of_a_dead_worker_once_carries_the_letter_and_tells_of_its_return(
    admin, queue, post_office
):
    silent_since(10)
    (queue / "1.msg").write_text("a tick")
    sent = [services.stand_in(at=timezone.now()) for _look in range(3)]

    assert told(admin) == ["installation.worker"]
    assert "docker compose restart worker" in Notice.objects.get(recipient=admin).body
    assert sent == [1, 0, 0]
    assert [letter["To"] for letter in post_office.received] == [admin.email]
    silent_since(0)
    services.watch_over(at=timezone.now())
    services.watch_over(at=timezone.now())

    assert told(admin) == ["installation.worker", "installation.recovered"]
    assert not Alarm.objects.exists()


def test_what_others_had_to_say_goes_out_while_the_worker_is_dead(admin, queue, post_office):
    silent_since(10)
    notify([admin], kind=FAULTS["disk"], context={"detail": "120 MB"})

    services.stand_in(at=timezone.now())

    assert Delivery.objects.waiting().filter(channel="email").count() == 0
    assert len(post_office.received) == 2


def test_an_installation_that_has_never_run_is_not_silent(admin, queue):
    services.stand_in(at=timezone.now())

    assert told(admin) == []


def test_while_jobs_are_done_nobody_stands_in(admin, queue, post_office):
    silent_since(2)
    notify([admin], kind=FAULTS["disk"], context={"detail": "120 MB"})

    assert services.stand_in(at=timezone.now()) == 0
    assert Delivery.objects.waiting().exists()


def test_a_queue_that_does_not_answer_is_told_of(admin, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    silent_since(10)

    services.stand_in(at=timezone.now())

    assert told(admin) == ["installation.broker"]


def test_a_dead_worker_is_not_well_again_because_its_queue_died_too(admin, queue, post_office, settings):
    silent_since(10)
    (queue / "1.msg").write_text("a tick")
    services.stand_in(at=timezone.now())
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"

    services.stand_in(at=timezone.now())

    assert told(admin) == ["installation.worker", "installation.broker"]


def test_after_the_machine_slept_others_have_their_turn_first(monkeypatch):
    looks, clock = [], iter([0.0, 3600.0])  # the first pause seems an hour long
    monkeypatch.setattr("monitoring.sentinel.time.time", lambda: next(clock, 3600.0))
    seen = threading.Event()
    sentinel = Sentinel(lambda: (looks.append(next(clock, "used up")), seen.set()), pause=0.01)
    sentinel.start()

    assert seen.wait(10)
    sentinel.end()
    assert looks[0] == "used up"


def test_a_web_process_starts_its_sentinel(settings, tmp_path):
    """In a process of its own, as gunicorn loads it; without that thread nobody tells of a worker's death."""
    script = "import config.wsgi, threading; print([one.name for one in threading.enumerate()])"
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment = kept | {"DATA_DIR": str(tmp_path), "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True)

    assert "sentinel" in found.stdout


def test_a_look_that_fails_is_followed_by_the_next():
    looks, seen = [], threading.Event()

    def look():
        looks.append(1)
        if len(looks) < 3:
            raise [OperationalError, ValueError][len(looks) - 1]("The database is away.")
        seen.set()

    sentinel = Sentinel(look, pause=0.01)
    sentinel.start()

    assert seen.wait(10)
    sentinel.end()
    assert not sentinel.is_alive()


def test_a_disk_that_fills_is_told_in_plain_figures(admin, settings):
    settings.DISK_LOW = 2**60
    services.tick(at=timezone.now())
    services.tick(at=timezone.now())

    assert told(admin) == ["installation.disk"]
    assert "MB free" in Notice.objects.get().body


@pytest.mark.parametrize(
    ("hours", "every", "well"), [(2, 24, True), (27, 24, False), (27, 168, True), (171, 168, False)]
)
def test_the_age_of_the_newest_backup_counts_by_how_often_one_is_due(settings, hours, every, well):
    settings.SLEEP_DB_BACKUP = every * 3600
    taken = timezone.now() - timedelta(hours=hours)
    made = {"name": "one.tar", "size": 1, "taken_at": taken, "verified_at": taken}
    Backup.objects.create(state=Backup.State.VERIFIED, made_by=UserFactory(), **made)

    assert vitals.check_backup().ok is well


def test_a_fresh_installation_is_well_before_its_first_backup():
    assert vitals.check_backup().ok


def test_whoever_watches_the_watcher_is_called(settings):
    with web() as server:
        settings.HEARTBEAT_URL = f"http://127.0.0.1:{server.server_port}/200"

        assert services.call_home()


def test_a_deaf_listener_outside_harms_nothing_and_its_address_stays_secret(settings, caplog):
    settings.HEARTBEAT_URL = "http://127.0.0.1:9/secret-word"

    assert not services.call_home()
    assert "HEARTBEAT_URL" in caplog.text
    assert "secret-word" not in caplog.text


def test_the_page_shows_everybody_what_works_and_administrators_why(page, admin, settings):
    settings.DISK_LOW = 2**60
    services.tick(at=timezone.now())

    text = page(admin).get("/health/").text
    assert "MB free" in text
    assert "Make room, or set DISK_LOW_MB." in text
    plain = page(UserFactory()).get("/health/").text
    assert "MB free" not in plain
    assert "Make room" not in plain
    assert "It works, but not everything" in plain


def test_figures_are_for_the_token_and_for_administrators(page, admin, settings):
    settings.METRICS_TOKEN = "a-long-token"

    assert page().get("/metrics").status_code == 403
    assert page().get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 403
    assert page(UserFactory()).get("/metrics").status_code == 403
    assert page(admin).get("/metrics").status_code == 200
    page().logout()
    assert page().get("/metrics", headers={"Authorization": "Bearer a-long-token"}).status_code == 200


def test_an_empty_token_opens_nothing(page, settings):
    settings.METRICS_TOKEN = ""

    assert page().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403


def test_the_dashboard_and_the_alerts_ask_for_figures_that_there_are(page, admin, settings):
    services.tick(at=timezone.now())
    page(admin).get("/health/")
    known = set(watched_names(page(admin).get("/metrics").text))
    asked = {name for text in asked_in(settings.BASE_DIR / "deploy" / "monitoring") for name in named(text)}
    by_data = {"vakhta_backup_age_seconds"}  # absent until there is a backup

    assert asked - by_data <= known
    assert "vakhta_http_request_seconds_bucket" in known


def test_requests_are_counted_under_their_route_not_their_address(page, admin):
    page(admin).get("/incidents/987654/")
    page(admin).get("/nowhere/at/all/")
    text = page(admin).get("/metrics").text

    assert 'route="incidents/<int:pk>/"' in text
    assert "987654" not in text
    assert "nowhere" not in text


def watched_names(text):
    """The series, and the families that have none at the moment."""
    series = [line.split("{")[0].split(" ")[0] for line in text.splitlines() if not line.startswith("#")]
    return series + [line.split()[2] for line in text.splitlines() if line.startswith("# HELP")]


def asked_in(folder: Path):
    dashboard = json.loads((folder / "grafana.json").read_text())
    yield from (target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    rules = yaml.safe_load((folder / "alerts.yml").read_text())
    yield from (rule["expr"] for group in rules["groups"] for rule in group["rules"])


def named(text):
    return re.findall(r"vakhta_[a-z_]+", text)
