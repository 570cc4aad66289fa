import os
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment, hour, kept_secret, log_path, log_size, own_addresses, own_names, read_anew

pytestmark = pytest.mark.once
env = Environment()


def test_an_empty_value_is_no_value(monkeypatch):
    monkeypatch.setenv("PORT", " ")

    assert env.int("PORT", default=8000) == 8000


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("PORT", "eighty", lambda: env.int("PORT", default=8000)),
        ("TIME_ZONE", "Mars", lambda: env("TIME_ZONE", cast=ZoneInfo, default=ZoneInfo("UTC"))),
        ("TIME_ZONE", "../etc", lambda: env("TIME_ZONE", cast=ZoneInfo, default=ZoneInfo("UTC"))),
        ("SEND_NEW_TASK_HOUR", "24", lambda: env("SEND_NEW_TASK_HOUR", cast=hour, default=9)),
        ("SEND_NEW_TASK_HOUR", "-1", lambda: env("SEND_NEW_TASK_HOUR", cast=hour, default=9)),
        ("SEND_NEW_TASK_HOUR", "nine", lambda: env("SEND_NEW_TASK_HOUR", cast=hour, default=9)),
        ("LOG_FILE_SIZE", "20", lambda: env("LOG_FILE_SIZE", cast=log_size, default=20_000_000)),
        ("DATABASE_URL", "the big one", lambda: env.db("DATABASE_URL", default="sqlite://:memory:")),
    ],
)
def test_a_value_that_does_not_fit_is_named(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=name):
        read()


def test_a_database_address_is_understood(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://me:secret@db:5432/vakhta")

    assert env.db("DATABASE_URL", default="sqlite://:memory:")["HOST"] == "db"


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "data" / "secret_key"
    first = kept_secret(path)

    assert kept_secret(path) == first
    assert len(first) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["secret_key"]


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "data").write_text("a file stands where the folder should be")

    with pytest.raises(ImproperlyConfigured, match=r"tmp.*data cannot be used"):
        kept_secret(tmp_path / "data" / "secret_key")


def test_loopback_is_not_among_the_names_others_use():
    assert not {"localhost", "127.0.0.1", ""} & set(own_names())


def test_the_addresses_of_this_machine_are_numbers_only():
    assert all(ip_address(one) for one in own_addresses())
    assert set(own_addresses()) <= set(own_names())


@pytest.mark.parametrize(
    ("folder", "name", "path"),
    [
        ("", "", ""),
        ("/var/log/vakhta", "", "/var/log/vakhta/vakhta.log"),
        ("/var/log/vakhta", "journal.log", "/var/log/vakhta/journal.log"),
        ("", "journal.log", "/data/logs/journal.log"),
        ("/var/log/vakhta", "/srv/journal.log", "/srv/journal.log"),
    ],
)
def test_the_log_file_is_named_by_its_folder_or_its_name_or_both(folder, name, path):
    assert log_path(folder, name, otherwise=Path("/data/logs")) == path


def test_a_file_that_is_read_anew_leaves_the_process_as_it_is(monkeypatch, tmp_path):
    path = tmp_path / "env"
    path.write_text("PORT=9000\nWEB_WORKERS=4\n")
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setenv("WEB_WORKERS", "3")
    first = read_anew(str(path))
    path.write_text("PORT=9001\n")

    assert (first.int("PORT"), first.int("WEB_WORKERS")) == (9000, 3)
    assert read_anew(str(path)).int("PORT") == 9001
    assert "PORT" not in os.environ


def test_a_value_may_stand_in_a_file(monkeypatch, tmp_path):
    path = tmp_path / "secret_key"
    path.write_text("from a file\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))

    assert env.str("SECRET_KEY", default="") == "from a file"


def test_a_file_that_cannot_be_read_is_named(monkeypatch):
    monkeypatch.setenv("SECRET_KEY_FILE", "/nowhere/secret_key")

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE is “/nowhere/secret_key”"):
        env.str("SECRET_KEY", default="")
