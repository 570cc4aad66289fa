"""One at a time, newest kept, told once, caught up after downtime; what fails leaves the old ones alone."""

import os
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.tests.factories import UserFactory
from attachments.services import attach, received
from attachments.tests.samples import upload
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from monitoring import jobs
from monitoring.backups import folder, making, proving, rehearsal, restoring, schedule, services
from monitoring.backups.faults import Damaged, Fault
from monitoring.backups.progress import silent, to_row
from monitoring.backups.tests.rows import told, verified
from monitoring.models import Backup
from workflow.models import Conflict, Event
from workflow.tests.actors import actor_of
from workflow.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
State = Backup.State
HOUR = timedelta(hours=1)


def test_the_first_tick_makes_a_backup_and_rehearses_it(by):
    jobs.back_up()

    backup = Backup.objects.get()
    assert backup.state == State.VERIFIED
    assert backup.rehearsed_at
    assert [event.verb for event in Event.objects.about(backup)] == ["backup-order", "backup-make", "backup-rehearse"]
    assert folder.names() == {backup.name}


def test_the_next_one_is_due_after_the_interval_and_is_caught_up(by, settings):
    now = timezone.now()
    verified(by, now - 11 * HOUR)
    schedule.order_if_due(now)
    assert not Backup.objects.filter(state=State.WAITING).exists()

    schedule.order_if_due(now + 3 * 24 * HOUR)  # the product was off meanwhile

    assert Backup.objects.filter(state=State.WAITING).count() == 1


def test_without_a_schedule_only_people_make_backups(by, settings):
    settings.SLEEP_DB_BACKUP = 0

    schedule.order_if_due(timezone.now())

    assert not Backup.objects.exists()
    assert not schedule.is_late(None, timezone.now() + 100 * HOUR)


def test_a_second_order_joins_the_waiting_one(by):
    assert services.order(by=by) == services.order(by=by)


def test_of_many_workers_one_makes_it(by):
    backup = services.order(by=by)
    now = timezone.now()

    won = together(*[lambda: services.claim(Backup.objects.get(pk=backup.pk), now)] * 4)

    assert sorted(won) == [False, False, False, True]


def test_two_orders_never_run_side_by_side(by):
    running, waiting = Backup.objects.create(made_by=by.user), Backup.objects.create(made_by=by.user)

    assert services.claim(running, timezone.now())
    assert not services.claim(waiting, timezone.now())


def test_a_killed_one_is_let_go_after_its_lease_and_tried_again(by):
    backup = services.order(by=by)
    now = timezone.now()
    services.claim(backup, now)

    schedule.break_off(now + timedelta(minutes=9))
    backup.refresh_from_db()
    assert backup.state == State.RUNNING
    schedule.break_off(now + timedelta(minutes=11))

    backup.refresh_from_db()
    assert (backup.state, backup.phase) == (State.FAILED, "")
    assert "broken off" in backup.error
    schedule.order_if_due(now + 2 * HOUR)
    assert Backup.objects.filter(state=State.WAITING).exists()


def test_who_lost_the_lease_stops(by):
    backup = services.order(by=by)
    services.claim(backup, timezone.now())
    report = to_row(backup, every=0)
    report("files", 1, 4)
    backup.refresh_from_db()
    assert (backup.phase, backup.percent) == ("files", 25)
    Backup.objects.filter(pk=backup.pk).update(lease_until=timezone.now() + HOUR)

    with pytest.raises(services.LeaseLost):
        report("files", 2, 4)


def test_a_failure_is_told_once_until_one_succeeds(by, settings):
    settings.DB_BACKUP_DIR = "/proc/nowhere"
    for _attempt in range(3):
        with pytest.raises(Fault):
            services.make_now(by=by)

    assert [notice.recipient for notice in told("backup.failed")] == [by.user]
    assert told("backup.failed")[0].critical
    assert Backup.objects.filter(state=State.FAILED).count() == 3


def test_an_old_backup_is_told_once_not_every_beat(by):
    now = timezone.now()
    old = verified(by, now - 27 * HOUR)

    schedule.warn_if_late(now - 2 * HOUR)
    assert told("backup.late") == []
    for minute in range(5):
        schedule.warn_if_late(now + timedelta(minutes=minute))

    assert len(told("backup.late")) == 1
    assert old.name in told("backup.late")[0].body


def test_that_there_never_was_one_is_told_too(by):
    first = Backup.objects.create(made_by=by.user, state=State.FAILED, error="No disk.")

    schedule.warn_if_late(first.created_at + 27 * HOUR)

    assert len(told("backup.late")) == 1


def test_the_newest_verified_ones_are_kept(by, settings):
    settings.MAX_DB_BACKUP_FILES = 2
    now = timezone.now()
    rows = [verified(by, now - age * HOUR, on_disk=True) for age in range(4)]

    services.keep_newest(by=by)

    assert folder.names() == {rows[0].name, rows[1].name}
    assert set(Backup.objects.present()) == {rows[0], rows[1]}


def test_damaged_ones_do_not_push_good_ones_out(by, settings):
    settings.MAX_DB_BACKUP_FILES = 2
    now = timezone.now()
    good = verified(by, now - 9 * HOUR, on_disk=True)
    for age in range(3):
        verified(by, now - age * HOUR, on_disk=True, state=State.DAMAGED)

    services.keep_newest(by=by)

    assert good.name in folder.names()


def test_the_only_good_one_cannot_be_removed_by_hand(by):
    backup = verified(by, timezone.now(), on_disk=True)

    with pytest.raises(Conflict):
        services.remove(backup, by=by, note="Not needed.")

    assert backup.name in folder.names()


def test_who_may_not_is_refused():
    nobody = actor_of(UserFactory(manager=True))

    with pytest.raises(PermissionDenied):
        services.order(by=nobody)


def test_a_damaged_one_is_found_out_and_told(by):
    backup = services.make_now(by=by)
    path = folder.path_of(backup.name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    services.ask_verification(backup, by=by)
    schedule.verify_waiting(timezone.now())

    backup.refresh_from_db()
    assert (backup.state, backup.verify_wanted_at) == (State.DAMAGED, None)
    assert len(told("backup.unfit")) == 1
    assert services.newest_verified() is None


def test_a_vanished_file_is_said_and_one_that_came_back_is_proven_again(by):
    backup = services.make_now(by=by)
    path = folder.path_of(backup.name)
    path.rename(path.with_name("elsewhere"))
    schedule.take_stock(timezone.now())
    backup.refresh_from_db()
    assert backup.state == State.MISSING

    path.with_name("elsewhere").rename(path)
    schedule.take_stock(timezone.now())
    schedule.verify_waiting(timezone.now() + schedule.SETTLED)

    backup.refresh_from_db()
    assert backup.state == State.VERIFIED


def test_leftovers_of_killed_processes_are_swept_and_never_listed(by):
    work = folder.folder() / ".work-0123"
    work.mkdir()
    (work / "lock").touch()
    (work / "archive.tar").write_bytes(b"half")
    lonely = folder.folder() / f"{folder.new_name(timezone.now(), encrypted=False)}.sha256"
    lonely.touch()
    os.utime(lonely, (0, 0))
    with folder.workshop() as alive:
        schedule.take_stock(timezone.now())

        assert list(folder.folder().iterdir()) == [alive]
    assert not Backup.objects.exists()


def test_a_rehearsal_that_finds_other_rows_is_told(by):
    with pytest.raises(Damaged, match="incidents: 5, restored 4"):
        rehearsal.expect_same_rows({"incidents": 5, "tasks": 1}, {"incidents": 4, "tasks": 1})
    backup = verified(by, timezone.now(), on_disk=True)

    proving.rehearse(backup, by=by)

    backup.refresh_from_db()
    assert backup.rehearsal_error
    assert len(told("backup.unfit")) == 1


def test_what_cannot_be_proven_gets_no_name(by, monkeypatch):
    services.make_now(by=by)
    before = folder.names()

    def spoiled(*args):
        raise Damaged("Its checksum differs.")

    monkeypatch.setattr(making, "prove", spoiled)
    with pytest.raises(Fault):
        services.make_now(by=by)

    assert folder.names() == before
    assert not list(folder.folder().glob(".work-*"))


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "letter.tar"
    path.write_text("Dear all, this is no archive." * 100)

    with pytest.raises(Damaged):
        restoring.verify_file(path, None, silent)


def unreachable(settings):
    """Let the storage of the attached files be where nobody listens."""
    settings.STORAGES = {
        name: known | {"OPTIONS": known["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}}
        if name in {"attachments", "previews"}
        else known
        for name, known in settings.STORAGES.items()
    }


def test_a_storage_of_files_that_does_not_answer_fails_the_backup_and_is_told(bucket, by, settings):
    with received([upload("log.txt", b"evidence")]) as files:
        attach(IncidentFactory(), files, by=by)
    unreachable(settings)

    with pytest.raises(Fault, match="refuses or does not answer"):
        services.make_now(by=by)

    backup = Backup.objects.get()
    assert (backup.state, backup.name, backup.lease_until) == (State.FAILED, None, None)
    assert told("backup.failed")
    assert folder.names() == set()
    assert not list(folder.folder().glob(".work-*"))


def test_a_restore_without_a_storage_for_the_files_leaves_the_database_alone(bucket, by, settings):
    with received([upload("log.txt", b"evidence")]) as files:
        attach(IncidentFactory(title="Then"), files, by=by)
    path = folder.path_of(services.make_now(by=by).name)
    IncidentFactory(title="Later")
    unreachable(settings)

    with pytest.raises(CommandError, match="database was not changed"):
        call_command("restore", path, "--noinput", "--replace")

    assert Incident.objects.filter(title="Later").exists()
