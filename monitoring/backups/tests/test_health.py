"""What the health page, the metrics and the doctor hear of backups: not their age alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitoring.backups import proving
from monitoring.backups.tests.rows import told, verified
from monitoring.models import Backup
from monitoring.services.vitals import check_backup

pytestmark = pytest.mark.django_db


@pytest.fixture
def newest(by):
    return verified(by, timezone.now() - timedelta(hours=2))


def test_a_new_verified_backup_is_well(newest):
    assert check_backup().ok
    assert "2.0 h old" in check_backup().detail


def test_attempts_that_fail_are_said_at_once(newest, by):
    failed = {"state": "failed", "error": "No space left on device.", "finished_at": timezone.now()}
    Backup.objects.create(made_by=by.user, **failed)

    found = check_backup()
    assert not found.ok
    assert "the last attempt failed: No space left" in found.detail

    verified(by, timezone.now())
    assert check_backup().ok


def test_a_rehearsal_that_failed_is_said_until_one_succeeds(newest, by):
    proving.rehearsed(newest, "ALTER ROLE vakhta CREATEDB.", by=by)
    assert "the last rehearsal failed: ALTER ROLE" in check_backup().detail

    proving.rehearsed(newest, "", by=by)
    assert check_backup().ok


def test_the_same_complaint_of_two_rehearsals_is_told_once(newest, by):
    for _day in range(2):
        proving.rehearsed(newest, "ALTER ROLE vakhta CREATEDB.", by=by)

    assert len(told("backup.unrehearsed")) == 1
    assert told("backup.unfit") == []


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_copy_that_failed_is_said_while_copies_are_wanted(newest, settings, is_wanted):
    Backup.objects.update(copy_error="The other storage is full.")
    if is_wanted:
        settings.STORAGES = settings.STORAGES | {"backups": {"BACKEND": "monitoring.backups.bucket.BackupBucket"}}

    assert check_backup().ok is not is_wanted
    assert ("The other storage is full" in check_backup().detail) is is_wanted
