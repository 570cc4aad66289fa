"""The folder and the rows agree, whoever publishes, removes, brings or loses a file at the same moment."""

from datetime import timedelta
from threading import Event as Signal

import pytest
from django.utils import timezone

from monitoring.backups import folder, proving, schedule, services
from monitoring.backups.tests.rows import told, verified
from monitoring.backups.tests.test_archive import written
from monitoring.models import Backup
from workflow.models import Conflict, Event
from workflow.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
State = Backup.State
HOUR = timedelta(hours=1)
PATIENCE = 30  # seconds that one thread waits for the other


def make(by):
    return lambda: services.make_now(by=by)


def test_a_tick_between_the_name_of_a_file_and_its_row_spoils_nothing(by, monkeypatch):
    published, looked = Signal(), Signal()
    publish = folder.publish

    def publish_and_wait(*args):
        publish(*args)
        published.set()
        assert looked.wait(PATIENCE)

    def look():
        assert published.wait(PATIENCE)
        schedule.take_stock(timezone.now())
        looked.set()

    monkeypatch.setattr(folder, "publish", publish_and_wait)
    together(make(by), look)

    backup = Backup.objects.get()
    assert backup.state == State.VERIFIED
    assert folder.names() == {backup.name}
    assert told("backup.failed") == []


def test_a_tick_that_saw_the_folder_before_the_file_does_not_miss_it(by, monkeypatch):
    scanned, made = Signal(), Signal()
    names = folder.names

    def names_of_before():
        found = names()
        scanned.set()
        assert made.wait(PATIENCE)
        return found

    def make_meanwhile():
        assert scanned.wait(PATIENCE)
        services.make_now(by=by)
        made.set()

    monkeypatch.setattr(folder, "names", names_of_before)
    together(make_meanwhile, lambda: schedule.take_stock(timezone.now()))

    assert Backup.objects.get().state == State.VERIFIED


def test_a_tick_that_saw_a_file_before_it_was_removed_does_not_list_it_again(by, monkeypatch):
    first, _second = services.make_now(by=by), services.make_now(by=by)
    names = folder.names

    def names_and_removed():
        found = names()
        services.remove(first, by=by, note="Enough.")
        return found

    monkeypatch.setattr(folder, "names", names_and_removed)
    schedule.take_stock(timezone.now())

    first.refresh_from_db()
    assert first.deleted_at


def test_a_maker_killed_between_the_name_and_the_row_leaves_a_good_archive(by, monkeypatch):
    class Killed(BaseException):
        pass

    publish = folder.publish

    def publish_and_die(*args):
        publish(*args)
        raise Killed

    monkeypatch.setattr(folder, "publish", publish_and_die)
    with pytest.raises(Killed):
        services.make_now(by=by)
    later = timezone.now() + HOUR
    schedule.take_stock(later)
    schedule.verify_waiting(later)

    broken_off, found = Backup.objects.order_by("pk")
    assert (broken_off.state, broken_off.name) == (State.FAILED, None)
    assert (found.state, {found.name}) == (State.VERIFIED, folder.names())


def test_an_archive_that_somebody_brought_stays_though_newer_ones_are_kept(by, settings):
    settings.MAX_DB_BACKUP_FILES = 1
    now = timezone.now()
    guest = verified(by, now - 900 * HOUR, on_disk=True, finished_at=None, verified_at=now)
    unproven = verified(by, now - 900 * HOUR, on_disk=True, finished_at=None, verified_at=None, state=State.FOUND)
    own = verified(by, now - 900 * HOUR, on_disk=True)
    newest = verified(by, now, on_disk=True)

    assert services.keep_newest(by=by) == 1
    assert folder.names() == {newest.name, guest.name, unproven.name}
    assert own.name not in folder.names()

    Backup.objects.filter(pk=guest.pk).update(verified_at=now - timedelta(days=31))
    services.keep_newest(by=by)
    assert folder.names() == {newest.name, unproven.name}


def test_a_removed_archive_that_is_put_back_is_listed_again_and_stays(by, settings):
    settings.MAX_DB_BACKUP_FILES = 1
    old = services.make_now(by=by)
    data = folder.path_of(old.name).read_bytes()
    services.make_now(by=by)
    assert old.name not in folder.names()

    folder.path_of(old.name).write_bytes(data)
    schedule.take_stock(timezone.now())
    schedule.verify_waiting(timezone.now() + schedule.SETTLED)
    services.make_now(by=by)

    old.refresh_from_db()
    assert (old.state, old.deleted_at) == (State.VERIFIED, None)
    assert old.name in folder.names()


@pytest.mark.parametrize("is_copy", [True, False])
def test_a_file_that_came_back_with_its_disk_is_rotated_on_and_one_brought_by_hand_is_not(by, is_copy):
    backup = services.make_now(by=by)
    path = folder.path_of(backup.name)
    data = path.read_bytes()
    path.unlink()
    schedule.take_stock(timezone.now())
    path.write_bytes(data)
    if not is_copy:  # older than its absence
        Backup.objects.filter(pk=backup.pk).update(updated_at=timezone.now() + HOUR)

    schedule.take_stock(timezone.now())

    backup.refresh_from_db()
    assert (backup.state, backup.finished_at is None) == (State.FOUND, is_copy)


def unremovable(by, at):
    """A row whose file the system refuses to remove, even for root."""
    backup = verified(by, at)
    folder.path_of(backup.name).mkdir()
    return backup


def test_an_old_file_that_cannot_be_removed_makes_a_good_backup_no_worse(by, settings, caplog):
    settings.MAX_DB_BACKUP_FILES = 1
    old = unremovable(by, timezone.now() - HOUR)

    assert services.make_now(by=by).state == State.VERIFIED

    assert f"The old backup {old.name} cannot be removed" in caplog.text
    assert old in Backup.objects.present()
    assert not Event.objects.filter(verb="delete").exists()


def test_a_file_that_cannot_be_removed_by_hand_stays_in_the_list_and_says_so(by):
    old = unremovable(by, timezone.now() - HOUR)
    verified(by, timezone.now())

    with pytest.raises(Conflict, match="cannot be removed"):
        services.remove(old, by=by, note="Enough.")

    assert old in Backup.objects.present()


def test_an_archive_of_a_later_format_stays_unproven_and_holds_nobody_up(by):
    good, later = services.make_now(by=by), services.make_now(by=by)
    folder.sidecar(written(folder.path_of(later.name), format=2)).unlink()
    Backup.objects.filter(pk=later.pk).update(state=State.FOUND, sha256="")

    Backup.objects.update(verify_wanted_at=timezone.now())
    schedule.verify_waiting(timezone.now() + schedule.SETTLED)

    good.refresh_from_db()
    later.refresh_from_db()
    assert (good.state, good.verify_wanted_at) == (State.VERIFIED, None)
    assert (later.state, later.verify_wanted_at) == (State.FOUND, None)
    assert "format 2" in later.error


def test_an_archive_that_cannot_be_read_is_damaged(by):
    backup = verified(by, timezone.now())
    folder.path_of(backup.name).mkdir()

    proving.verify(backup, by=by)

    backup.refresh_from_db()
    assert (backup.state, backup.error) == (State.DAMAGED, "Is a directory.")


def test_a_file_that_is_still_being_copied_in_is_not_judged_yet(by):
    path = folder.path_of(services.make_now(by=by).name)
    Backup.objects.all().delete()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    schedule.take_stock(timezone.now())
    schedule.verify_waiting(timezone.now())
    assert Backup.objects.get().state == State.FOUND

    path.write_bytes(whole)
    schedule.verify_waiting(timezone.now() + schedule.SETTLED)

    assert Backup.objects.get().state == State.VERIFIED
    assert told("backup.unfit") == []
