"""Full disks and killed processes: the old backups stand, and nothing half-made is ever listed."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings as product
from django.db import connection
from django.utils import timezone

from attachments.services import attach, received
from attachments.tests.samples import upload
from incidents.tests.factories import IncidentFactory
from monitoring import jobs
from monitoring.backups import archive, folder, proving, schedule, services
from monitoring.backups.progress import silent
from monitoring.backups.server import address
from monitoring.backups.tests.rows import told
from monitoring.models import Backup
from notifications.tests.test_drill import database_url
from workflow.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = int(os.environ.get("DRILL_KILLS", "2"))


@pytest.fixture
def environment(settings, tmp_path):
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(tmp_path),
        "DB_BACKUP_DIR": settings.DB_BACKUP_DIR,
        "MEDIA_ROOT": str(tmp_path),
        "LOG_LEVEL": "CRITICAL",
    }


def command(environment, *arguments):
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        cwd=product.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def full_disk(limit):
    """Let no file that this process writes grow beyond `limit` bytes: what a full disk looks like to all of them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def old(disk, by):
    """The only backup, made 30 hours ago, whose file has to be read through once more."""
    with received([upload("log.txt", os.urandom(700_000).hex().encode())]) as files:
        attach(IncidentFactory(), files, by=by)
    backup = services.make_now(by=by)
    past = timezone.now() - timedelta(hours=30)
    Backup.objects.update(taken_at=past, finished_at=past, verified_at=past, verify_wanted_at=past, rehearsed_at=past)
    backup.refresh_from_db()
    return backup


def test_a_disk_that_fills_up_under_the_command_leaves_the_old_ones_and_no_trace(old, environment):
    with full_disk(1_000_000):  # the process inherits the limit
        process = command(environment, "manage.py", "backup")
    said = process.communicate()[0]

    assert process.returncode == 1, said
    assert "Traceback" not in said
    failed = Backup.objects.get(state=Backup.State.FAILED)
    assert failed.error in said
    assert len(told("backup.failed")) == 1
    assert folder.names() == {old.name}
    assert archive.verify(folder.path_of(old.name), silent).files == 1
    assert [path for path in folder.folder().iterdir() if path.name.startswith(".")] == []


def expect_told_and_the_rest_done(old, words):
    """The backup failed in a row that says why; the same tick read the old one through and warned of its age."""
    failed = Backup.objects.exclude(pk=old.pk).get()
    assert (failed.state, failed.name, failed.lease_until) == (Backup.State.FAILED, None, None)
    assert re.search(words, failed.error), failed.error
    assert [notice.critical for notice in told("backup.failed")] == [True]
    before = old.verified_at
    old.refresh_from_db()
    assert (old.state, old.verify_wanted_at) == (Backup.State.VERIFIED, None)
    assert old.verified_at > before
    assert len(told("backup.late")) == 1
    assert not list(folder.folder().glob(".work-*"))


def test_a_tick_on_a_full_disk_says_so_and_does_the_rest(old):
    with full_disk(1_000_000):
        jobs.back_up()

    expect_told_and_the_rest_done(old, "The database broke off: .*(disk|full)|File too large|pg_dump failed")


def test_a_rehearsal_on_a_full_disk_is_told_and_tried_again_the_next_day(old):
    now = timezone.now()
    with full_disk(1_000_000 if connection.vendor == "sqlite" else 20_000):
        proving.rehearse(old, by=services.system())

    old.refresh_from_db()
    assert old.rehearsed_at >= now
    assert "too large" in old.rehearsal_error
    assert (len(told("backup.unrehearsed")), told("backup.unfit")) == (1, [])
    assert not proving.is_rehearsal_due(now + timedelta(hours=1))
    assert proving.is_rehearsal_due(now + timedelta(hours=25))


def end_all_connections(once_there_is):
    """End every connection to the database, as its end would, once a program of that name works with it."""
    with psycopg.connect(address(), autocommit=True) as server:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        deadline = time.monotonic() + 60
        while not server.execute(f"SELECT 1 {others} AND application_name = %s", [once_there_is]).fetchone():
            assert time.monotonic() < deadline
            time.sleep(0.002)
        server.execute(f"SELECT pg_terminate_backend(pid) {others}")


@pytest.mark.postgresql
def test_a_database_that_ends_in_the_midst_of_a_backup_is_told_and_the_rest_is_done(old):
    connection.close()

    together(jobs.back_up, lambda: end_all_connections("pg_dump"))

    expect_told_and_the_rest_done(old, "pg_dump failed: .*|The database broke off: .*")


@pytest.mark.drill
def test_a_maker_killed_at_any_moment_leaves_the_old_ones_and_nothing_half(disk, by, environment):
    with received([upload("log.txt", os.urandom(400_000).hex().encode())]) as files:
        attach(IncidentFactory(), files, by=by)
    good = {services.make_now(by=by).name}
    for number in range(KILLS):
        process = command(environment, "manage.py", "backup")
        deadline = time.monotonic() + 60
        while not list(folder.folder().glob(".work-*/*")) and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        time.sleep(0.3 * number / KILLS)
        process.send_signal(signal.SIGKILL)
        process.communicate()

        for name in folder.names():
            archive.verify(folder.path_of(name), silent)
        assert good <= folder.names()
        schedule.take_stock(timezone.now() + services.LEASE + services.RETRY)
        assert not list(folder.folder().glob(".work-*"))
        assert not Backup.objects.filter(state=Backup.State.RUNNING).exists()

    assert services.make_now(by=by).state == Backup.State.VERIFIED
