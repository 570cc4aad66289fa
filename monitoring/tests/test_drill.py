"""Takes the targets away under a real worker and beat, kills both in the middle of the outage, and looks at the record.

The pause between death and new life is three seconds unless DRILL_PAUSE says otherwise; `make drill` asks for a minute,
for two workers and two beats at once, and for haste: among other tests on a busy machine nobody can promise that.
"""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.models import Incident
from monitoring.models import Outage, TargetGroup
from monitoring.tests.listeners import free_port, listener
from notifications.tests.test_drill import database_url
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
PAUSE = float(os.environ.get("DRILL_PAUSE", "3"))  # seconds in which nobody probes
CREWS = [1, 2] if "DRILL_PAUSE" in os.environ else [1]
IN_HASTE = "DRILL_PAUSE" in os.environ
SEEN_WITHIN = 8 if IN_HASTE else 60  # seconds, from the moment in which the targets vanish
STARTING = 120  # seconds that a worker on a busy machine may take to begin
SLACK = timedelta(seconds=2.5)  # a round a second
LATE = SLACK if IN_HASTE else timedelta(seconds=30)  # how late the first round after a change may come
CELERY = [sys.executable, "-m", "celery", "--quiet", "--app"]
WORKER = [*CELERY, "config.celery", "worker", "--pool", "threads", "--concurrency", "2", "--without-gossip"]
BEAT = [*CELERY, "config.beat", "beat"]


@pytest.fixture
def environment(tmp_path):
    for folder in ("broker", "broker-control"):
        (tmp_path / folder).mkdir()
    broker = f"{settings.REDIS_URL.rstrip('/')}/15" if settings.REDIS_URL else "filesystem://localhost"
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(tmp_path),
        "CELERY_BROKER_URL": broker,
        "CELERY_SKIP_CHECKS": "1",
        "SLEEP_TEST_CONNECTION": "1",
        "PROBE_ALLOWED_NETWORKS": "127.0.0.0/8",
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def watch(environment, crew):
    """Workers and beats; at the end they are killed as a power cut would kill them."""
    schedules = [Path(environment["DATA_DIR"]) / f"schedule-{number}" for number in range(crew)]
    commands = [WORKER] * crew + [[*BEAT, "--schedule", str(path)] for path in schedules]
    processes = [subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR) for command in commands]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.1)
    return found


def last_round():
    return TargetGroup.objects.select_related("watch").get().watch.last_at


@pytest.fixture
def admin(api, settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    return api(UserFactory(admin=True))


@pytest.fixture
def ports(admin):
    """The ports of the two targets of a group that is looked at every second."""
    found = [free_port(), free_port()]
    body = {
        "name": "Internet access",
        "process": TechProcessFactory().pk,
        "risk_source": RiskSourceFactory().pk,
        "interval_seconds": 1,
        "targets": [{"kind": "tcp", "address": f"127.0.0.1:{port}"} for port in found],
    }
    answer = admin.post("/api/v1/probes/", body)
    assert answer.status_code == 201, answer.json()
    return found


def open_outages(admin):
    return admin.get("/api/v1/outages/?open=true").json()["results"]


def running_cases(admin):
    return admin.get("/api/v1/suspensions/?open=true").json()["results"]


def timeline(admin, path):
    return [event["verb"] for event in admin.get(f"/api/v1/{path}/timeline/").json()["results"]]


@pytest.mark.parametrize("crew", CREWS)
def test_an_outage_outlives_those_who_found_it(admin, ports, environment, crew):
    with watch(environment, crew):
        with ExitStack() as targets:
            for port in ports:
                targets.enter_context(listener(port))
            wait_until(lambda: admin.get("/api/v1/probes/").json()["results"][0]["state"] == "up", STARTING)
        gone = timezone.now()
        outage = wait_until(lambda: open_outages(admin), SEEN_WITHIN)[0]
    found = Outage.objects.get()
    assert -SLACK < found.start - gone < LATE
    assert (found.suspension.start, found.suspension.finish) == (found.start, None)
    assert [row["id"] for row in running_cases(admin)] == [found.suspension_id]

    time.sleep(PAUSE)
    with watch(environment, crew):
        before = last_round()
        wait_until(lambda: last_round() > before, STARTING)
        assert [row["id"] for row in open_outages(admin)] == [outage["id"]]
        assert [row["id"] for row in running_cases(admin)] == [found.suspension_id]
        assert Suspension.objects.count() == Incident.objects.count() == 1

        with ExitStack() as targets:
            for port in ports:
                targets.enter_context(listener(port))
            back = timezone.now()
            wait_until(lambda: not open_outages(admin), STARTING)

    found.refresh_from_db()
    assert -SLACK < found.finish - back < LATE
    it_is_written_down(admin, found, Suspension.objects.get(), Incident.objects.get())


def it_is_written_down(admin, found, case, incident):
    assert (case.start, case.finish, case.status) == (found.start, found.finish, "restored")
    assert found.downtime == found.finish - found.start
    assert admin.get(f"/api/v1/outages/{found.pk}/").json()["duration_seconds"] == round(found.downtime.total_seconds())
    assert admin.get(f"/api/v1/suspensions/{case.pk}/").json()["duration_seconds"] == round(
        (case.finish - case.start).total_seconds()
    )
    assert incident.status == "resolved"
    assert timeline(admin, f"suspensions/{case.pk}") == ["record", "restore"]
    assert timeline(admin, f"incidents/{incident.pk}")[0] == "report"
    assert timeline(admin, f"incidents/{incident.pk}")[-1] == "resolve"
    assert timeline(admin, f"probes/{found.group_id}")[-2:] == ["outage-open", "outage-close"]
