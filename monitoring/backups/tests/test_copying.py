"""A second place for every archive: what stands there, what is left over there, and the way back from it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from monitoring.backups import copying, folder, restoring, services
from monitoring.backups.faults import Damaged, Fault
from monitoring.backups.progress import silent
from monitoring.backups.tests.rows import told
from monitoring.models import Backup

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def elsewhere(settings, **options):
    """Let archives be copied to a bucket, that of the attachments unless said otherwise."""
    known = settings.STORAGES["attachments"]["OPTIONS"] | {"location": "backups"} | options
    settings.STORAGES = settings.STORAGES | {
        "backups": {"BACKEND": "monitoring.backups.bucket.BackupBucket", "OPTIONS": known}
    }


@pytest.fixture
def other(settings, bucket):
    elsewhere(settings)
    return copying.place()


NOWHERE = {"endpoint_url": "http://127.0.0.1:9"}


def names(place):
    return {item.name for item in place.walk()}


def test_every_archive_is_copied_and_its_copy_goes_with_it(other, by):
    first, second = services.make_now(by=by), services.make_now(by=by)
    second.refresh_from_db()
    assert second.copied_at

    assert names(other) >= {first.name, second.name, f"{second.name}.sha256"}
    with other.open(second.name) as file:
        assert file.read() == folder.path_of(second.name).read_bytes()
    services.remove(first, by=by, note="Enough.")
    assert first.name not in names(other)


def test_what_was_made_while_the_other_storage_was_away_gets_there_and_what_was_left_there_goes(
    other, bucket, by, settings
):
    removed = services.make_now(by=by)
    elsewhere(settings, **NOWHERE)
    made = [services.make_now(by=by) for _time in range(2)]
    services.remove(removed, by=by, note="Enough.")
    now = timezone.now()
    copying.copy_due(now)  # within an hour after a failure
    assert [backup.copied_at for backup in Backup.objects.filter(pk__in=[it.pk for it in made])] == [None, None]
    assert (len(told("backup.uncopied")), told("backup.failed")) == (1, [])

    elsewhere(settings)
    for minute in range(3):
        copying.copy_due(now + 2 * HOUR + timedelta(minutes=minute))

    assert names(copying.place()) == {name for it in made for name in (it.name, f"{it.name}.sha256")}
    assert not Backup.objects.present().filter(copied_at=None).exists()
    assert not Backup.objects.exclude(copy_error="").exists()


def test_an_archive_comes_back_from_the_other_storage_and_is_restored(other, by, capsys):
    name = services.make_now(by=by).name
    folder.remove(name)

    call_command("fetch_backup")
    assert name in capsys.readouterr().out
    call_command("fetch_backup", name)

    assert str(folder.path_of(name)) in capsys.readouterr().out
    assert restoring.verify_file(folder.path_of(name), None, silent).manifest.rows
    with pytest.raises(CommandError, match="there already"):
        call_command("fetch_backup", name)


def test_a_copy_that_was_changed_there_is_refused(other, by, tmp_path):
    name = services.make_now(by=by).name
    draft = tmp_path / name
    draft.write_bytes(b"\0" * folder.path_of(name).stat().st_size)
    folder.remove(name)
    copying.put(draft, silent)

    with pytest.raises(Damaged):
        copying.fetch(name, silent)

    assert folder.names() == set()
    assert not list(folder.folder().glob(".work-*"))


@pytest.mark.parametrize("name", ["../secret_key", "vakhta-20260723T154500Z-5f06829a.tar"])
def test_what_is_not_there_is_not_fetched(other, name):
    with pytest.raises(Fault):
        copying.fetch(name, silent)


@pytest.mark.once
def test_without_another_storage_the_command_says_so():
    with pytest.raises(CommandError, match="BACKUP_S3_BUCKET"):
        call_command("fetch_backup")
