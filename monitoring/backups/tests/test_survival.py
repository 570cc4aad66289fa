"""Full disks and killed processes: the old backups stand, and nothing half-made is ever listed."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as product
from django.utils import timezone

from attachments.services import attach, received
from attachments.tests.samples import upload
from incidents.tests.factories import IncidentFactory
from monitoring.backups import archive, folder, schedule, services
from monitoring.backups.progress import silent
from monitoring.models import Backup
from notifications.tests.test_drill import database_url

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = int(os.environ.get("DRILL_KILLS", "2"))
SMALL_DISK = """
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
sys.argv = ["manage.py", "backup"]
runpy.run_path("manage.py", run_name="__main__")
"""


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


def test_a_disk_that_fills_up_leaves_the_old_ones_and_no_trace(disk, by, environment):
    with received([upload("log.txt", os.urandom(200_000).hex().encode())]) as files:
        attach(IncidentFactory(), files, by=by)
    old = services.make_now(by=by)

    # A database file grows while it is written to: the limit is above what a row needs and below an archive.
    limit = max(old.size - 100_000, 300_000)
    process = command({**environment, "DISK": "full"}, "-c", SMALL_DISK.format(limit=limit))
    said = process.communicate()[0]

    assert process.returncode == 1, said
    assert folder.names() == {old.name}
    assert archive.verify(folder.path_of(old.name), silent).files == 1
    assert [path for path in folder.folder().iterdir() if path.name.startswith(".")] == []


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
