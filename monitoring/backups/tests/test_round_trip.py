"""A backup is what comes back: every row and every file, on the database that the tests run on."""

import hashlib
from contextlib import contextmanager
from pathlib import Path

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.tests.factories import UserFactory
from attachments.models import File
from attachments.services import attach, received
from attachments.tests.samples import image, upload
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from monitoring.backups import archive, engines, folder, making, postgresql, restoring, schedule, services
from monitoring.backups.faults import Damaged, Fault
from monitoring.backups.progress import silent
from monitoring.models import Backup
from workflow import triggers
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def rows():
    """Every row of every table, but for what a restore itself writes and the cache."""
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            if name not in {"workflow_event", "monitoring_backup", "django_cache"}:
                cursor.execute(f'SELECT * FROM "{name}"')
                found[name] = sorted(map(repr, cursor.fetchall()))
    return found


def bytes_kept(kept):
    found = {}
    for place in (kept.received, kept.previews):
        for item in place.walk():
            with place.open(item.name) as file:
                found[item.name] = hashlib.sha256(file.read()).hexdigest()
    return found


def filled(kept, by):
    """Some incidents with a picture and a text each."""
    for number in range(3):
        with received([upload("photo.png", image()), upload("log.txt", f"line {number}".encode())]) as files:
            attach(IncidentFactory(title=f"Incident {number}"), files, by=by)
    return kept


@pytest.fixture
def journal(disk, by):
    return filled(disk, by)


def emptied(kept):
    for place in (kept.received, kept.previews):
        for item in list(place.walk()):
            place.delete(item.name)


def test_every_row_and_every_file_comes_back(kept, by):
    journal = filled(kept, by)
    before, files = rows(), bytes_kept(journal)
    backup = services.make_now(by=by)
    IncidentFactory.create_batch(2, title="After the backup")
    emptied(journal)

    done = restoring.restore(folder.path_of(backup.name), report=silent, may_replace=lambda _m: True)

    assert rows() == before
    assert bytes_kept(journal) == files
    assert done.files == len(files) == 9
    assert done.same_key
    assert done.migrated == []


def test_a_backup_says_what_it_holds(journal, by):
    backup = services.make_now(by=by)
    path = folder.path_of(backup.name)

    assert backup.state == Backup.State.VERIFIED
    assert backup.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() == folder.checksum_of(path)
    assert (backup.size, backup.files, backup.lost) == (path.stat().st_size, 9, 0)
    assert backup.engine == connection.vendor
    manifest = archive.manifest_in(path)
    assert manifest.tables["incidents_incident"] == 3
    assert backup.rows == manifest.rows
    assert "workflow.0001_initial" in manifest.migrations
    assert path.stat().st_mode & 0o777 == 0o600


def test_new_rows_take_new_keys_after_a_restore(journal, by):
    highest = Incident.objects.latest("pk").pk
    backup = services.make_now(by=by)

    restoring.restore(folder.path_of(backup.name), report=silent, may_replace=lambda _m: True)

    assert IncidentFactory().pk == highest + 1


def test_the_timeline_is_append_only_again_and_tells_of_the_restore(by):
    backup = services.make_now(by=by)

    restoring.restore(folder.path_of(backup.name), report=silent, may_replace=lambda _m: True)

    assert triggers.present(connection) == triggers.names(connection)
    event = Event.objects.get(verb="backup-restore")
    assert event.after["file"] == backup.name
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(note="never")


def test_a_database_that_holds_something_is_not_replaced_unasked(journal, by):
    backup = services.make_now(by=by)
    IncidentFactory(title="Later")
    before = rows()

    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", folder.path_of(backup.name), "--noinput")

    assert rows() == before


def test_the_command_replaces_when_told_so(journal, by, capsys):
    backup = services.make_now(by=by)
    IncidentFactory(title="Later")

    call_command("restore", folder.path_of(backup.name), "--noinput", "--replace")

    assert not Incident.objects.filter(title="Later").exists()
    assert "9 files" in capsys.readouterr().out


@pytest.mark.parametrize("share", [0.001, 0.5, 0.9999])
def test_a_damaged_archive_changes_nothing(journal, by, share):
    backup = services.make_now(by=by)
    path = folder.path_of(backup.name)
    data = bytearray(path.read_bytes())
    data[int(len(data) * share)] ^= 1
    path.write_bytes(data)
    folder.sidecar(path).unlink()
    before = rows(), bytes_kept(journal)

    with pytest.raises(Damaged):
        restoring.restore(path, report=silent, may_replace=lambda _m: True)

    assert (rows(), bytes_kept(journal)) == before


def test_a_wrong_checksum_beside_it_is_refused(by):
    backup = services.make_now(by=by)
    path = folder.path_of(backup.name)
    folder.sidecar(path).write_text(f"{'0' * 64}  {path.name}\n")

    with pytest.raises(CommandError, match="differs"):
        call_command("verify_backup", path)


def test_an_archive_from_newer_code_is_refused_before_anything_changes(journal, by):
    with connection.cursor() as cursor:
        insert = "INSERT INTO django_migrations (app, name, applied) VALUES ('tasks', '9999_tomorrow', %s)"
        cursor.execute(insert, ["2026-07-23 15:45:00+00:00"])
    try:
        backup = services.make_now(by=by)
        before = rows()

        with pytest.raises(Fault, match=r"newer than this code.*tasks\.9999_tomorrow"):
            restoring.restore(folder.path_of(backup.name), report=silent, may_replace=lambda _m: True)

        assert rows() == before
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_tomorrow'")


def test_an_archive_of_another_kind_of_database_is_refused(by, monkeypatch):
    backup = services.make_now(by=by)
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]

    with pytest.raises(Fault, match="DATABASE_URL"):
        engines.expect_same_engine(other)

    engines.expect_same_engine(backup.engine)


def test_bytes_that_are_gone_are_reported_and_the_rest_is_kept(journal, by):
    lost = File.objects.order_by("pk").first()
    journal.received.delete(lost.stored_name)

    backup = services.make_now(by=by)

    assert (backup.state, backup.files, backup.lost) == (Backup.State.VERIFIED, 9, 1)
    assert archive.verify(folder.path_of(backup.name), silent).files == 8


def test_files_that_come_and_go_meanwhile_break_nothing(disk, by, monkeypatch):
    with received([upload("log.txt", b"first")]) as files:
        attach(IncidentFactory(), files, by=by)
    original = making.add_files

    def meanwhile(*args):
        disk.received.delete(files[0].stored_name)
        with received([upload("log.txt", b"second")]) as more:
            attach(IncidentFactory(), more, by=by)
        return original(*args)

    monkeypatch.setattr(making, "add_files", meanwhile)
    backup = services.make_now(by=by)

    found = archive.verify(folder.path_of(backup.name), silent)
    assert (found.files, backup.lost, found.manifest.tables["attachments_file"]) == (0, 1, 1)


@contextmanager
def key_pair(settings, folder_):
    private = pyrage.x25519.Identity.generate()
    settings.BACKUP_PUBLIC_KEY = str(private.to_public())
    path = folder_ / "key.txt"
    path.write_text(f"# created: today\n{private}\n")
    yield path


def test_an_encrypted_backup_comes_back_with_the_private_key_only(journal, by, settings, tmp_path):
    before = rows()
    with key_pair(settings, tmp_path) as key:
        backup = services.make_now(by=by)
        path = folder.path_of(backup.name)
        assert path.suffix == ".age"
        assert backup.rehearsed_at
        assert path.read_bytes().startswith(b"age-encryption.org/v1")
        with pytest.raises(CommandError, match="--identity"):
            call_command("restore", path, "--noinput", "--replace")
        call_command("restore", path, "--noinput", "--replace", "--identity", str(key))
    assert rows() == before
    with key_pair(settings, tmp_path) as other, pytest.raises(CommandError, match="key is another"):
        call_command("verify_backup", path, "--identity", str(other))


def test_a_flipped_byte_of_an_encrypted_backup_is_refused(by, settings, tmp_path):
    with key_pair(settings, tmp_path) as key:
        path = folder.path_of(services.make_now(by=by).name)
    folder.sidecar(path).unlink()
    data = path.read_bytes()
    for place in [0, 30, 150, len(data) // 2, len(data) - 1]:
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(Damaged):
            restoring.verify_file(path, key, silent)


def test_a_backup_of_another_folder_is_listed_and_proven(journal, by, tmp_path, settings):
    path = folder.path_of(services.make_now(by=by).name)
    settings.DB_BACKUP_DIR = str(tmp_path / "fresh")
    Backup.objects.all().delete()
    for each in (path, folder.sidecar(path)):
        each.rename(folder.folder() / each.name)

    schedule.take_stock(timezone.now())
    assert Backup.objects.get().state == Backup.State.FOUND
    schedule.verify_waiting(timezone.now() + schedule.SETTLED)

    backup = Backup.objects.get()
    assert (backup.state, backup.files) == (Backup.State.VERIFIED, 9)
    assert services.newest_verified() == backup


def test_the_rehearsal_restores_beside_the_live_database(journal, by):
    backup = services.make_now(by=by)

    schedule.rehearse_if_due(timezone.now())

    backup.refresh_from_db()
    assert backup.rehearsed_at
    assert backup.rehearsal_error == ""
    assert not list(Path(folder.folder()).glob(".work-*"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_database WHERE starts_with(datname, %s)", [postgresql.scratch_prefix()]
            )
            assert cursor.fetchone() == (0,)


def test_the_command_makes_one_and_says_where(by, capsys):
    UserFactory()

    call_command("backup")

    backup = Backup.objects.get()
    out = capsys.readouterr().out
    assert str(folder.path_of(backup.name)) in out
    assert backup.sha256 in out
    call_command("verify_backup", backup.name)
    assert "is sound" in capsys.readouterr().out


def test_a_deleted_backup_leaves_the_folder(journal, by):
    first, second = services.make_now(by=by), services.make_now(by=by)

    services.remove(first, by=by, note="Too old.")

    assert folder.names() == {second.name}
    assert not folder.sidecar(folder.path_of(first.name)).exists()
    assert list(Backup.objects.visible_to(by.user)) == [second]
