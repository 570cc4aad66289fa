from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config import doctor
from config.doctor import ILL, NOTE, WELL
from monitoring import services
from monitoring.backups import server
from monitoring.cures import CURES
from monitoring.services import fitness, vitals
from notifications.models import BotState
from workflow import triggers

pytestmark = pytest.mark.django_db


def found(name):
    return list(doctor.LOOKS[name](name))


def test_every_look_says_something_in_one_line():
    findings = list(doctor.examine())

    assert {finding.state for finding in findings} <= {WELL, NOTE, ILL}
    assert all("\n" not in str(finding) for finding in findings)


def test_whoever_is_ill_is_told_a_cure():
    assert all(finding.cure for finding in doctor.examine() if finding.state == ILL)


def test_a_pending_migration_is_found_with_its_cure():
    app, name = sorted(services.newest_migrations())[0]
    MigrationRecorder(connection).record_unapplied(app, name)
    (finding,) = found("migrations")

    assert finding.state == ILL
    assert f"{app}.{name}" in finding.words
    assert finding.cure == "Run: manage.py migrate"


def test_a_timeline_that_lost_its_guard_is_found_and_guarded_by_migrating():
    assert [finding.state for finding in found("guards")] == [WELL]
    triggers.remove(connection)
    (finding,) = found("guards")
    assert (finding.state, finding.cure) == (ILL, "Run `manage.py migrate`.")

    call_command("migrate", skip_checks=False, interactive=False, verbosity=0)
    assert [finding.state for finding in found("guards")] == [WELL]


@pytest.mark.once
def test_every_check_has_a_cure():
    assert CURES.keys() == (fitness.ESSENTIAL | fitness.HELPFUL).keys()


def test_a_weak_secret_is_found_in_any_environment(settings):
    settings.SECRET_KEY = "secret"

    assert "secrets" in [finding.name for finding in found("settings") if finding.state == ILL]


def test_a_folder_that_cannot_be_written_is_named(settings, tmp_path):
    (tmp_path / "taken").write_text("a file stands where a folder should be")
    settings.MEDIA_ROOT = str(tmp_path / "taken" / "media")
    (finding,) = found("folders")

    assert finding.state == ILL
    assert f"{tmp_path}/taken/media" in finding.words


def test_a_folder_that_the_product_will_make_is_no_fault(settings, tmp_path):
    settings.DB_BACKUP_DIR = str(tmp_path / "not" / "yet")
    (finding,) = found("folders")

    assert finding.state == WELL
    assert not (tmp_path / "not").exists()


def test_a_bot_that_nobody_answers_for_is_found_without_its_token(settings):
    settings.TELEGRAM_BOT_TOKEN = "12345:secret-token"
    settings.TELEGRAM_API_BASE_URL = "http://127.0.0.1:9"
    (finding,) = found("Telegram")

    assert finding.state == ILL
    assert "secret-token" not in str(finding)


def test_a_bot_to_which_nobody_listens_is_found(telegram):
    assert [finding.state for finding in found("Telegram")] == [WELL, ILL]

    BotState.objects.create(lease_until=timezone.now() + timedelta(minutes=1))
    assert [finding.state for finding in found("Telegram")] == [WELL]


def test_a_bot_that_is_called_needs_nobody_who_listens(telegram, settings):
    settings.BOT_WEBHOOK_MODE = True

    assert [finding.state for finding in found("Telegram")] == [WELL]


def test_what_backups_need_is_there():
    assert [finding.state for finding in found("archives")] == [WELL]


@pytest.mark.once
def test_a_public_key_that_is_none_is_found(settings):
    settings.BACKUP_PUBLIC_KEY = "age1nothing"
    (finding,) = found("archives")

    assert finding.state == ILL
    assert "BACKUP_PUBLIC_KEY" in finding.words


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_missing_programs_and_a_role_that_may_make_no_database_are_found(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(server, "PLACES", [])
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE vakhta_humble LOGIN")
    try:
        monkeypatch.setitem(connection.settings_dict, "USER", "vakhta_humble")
        words = [finding.words for finding in found("archives")]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE vakhta_humble")

    assert "pg_dump is not installed" in words[0]
    assert "ALTER ROLE vakhta_humble CREATEDB" in words[1]


def test_a_bucket_that_takes_and_gives_is_well_and_one_that_does_not_answer_is_not(bucket, settings):
    settings.S3_BUCKET = "attachments"
    assert [finding.state for finding in found("storage")] == [WELL]
    assert bucket.names() == []

    nowhere = settings.STORAGES["attachments"]["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = settings.STORAGES | {
        "attachments": {"BACKEND": "attachments.buckets.BucketStorage", "OPTIONS": nowhere}
    }
    (finding,) = found("storage")
    assert finding.state == ILL
    assert "S3_BUCKET" in finding.cure


@pytest.mark.once
@pytest.mark.parametrize("setting", ["DB_BACKUP_DIR", "LOG_FILE"])
def test_the_disk_of_every_folder_counts(settings, tmp_path, setting):
    name = tmp_path / "not" / "yet" / "vakhta.log"
    setattr(settings, setting, str(name))

    assert tmp_path in vitals.written_folders()


def test_a_look_that_faints_is_a_finding(monkeypatch):
    def faints(name):
        raise RuntimeError("no air")

    monkeypatch.setitem(doctor.LOOKS, "hosts", faints)

    assert any(finding.state == ILL and "no air" in finding.words for finding in doctor.examine())


def test_the_command_ends_with_one_while_something_is_ill(settings, capsys):
    settings.MEDIA_ROOT = "/nowhere/media"
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")

    assert ended.value.code == 1
    assert "to mend." in capsys.readouterr().out
