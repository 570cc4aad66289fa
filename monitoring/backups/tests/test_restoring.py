"""The way back beside others: clients that are newer than the server, a product that still runs, roles with grants."""

import os
import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from monitoring.backups import folder, postgresql, schedule, server, services, sqlite
from monitoring.models import Backup

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(by):
    """A backup of an incident, after which another came."""
    IncidentFactory(title="Then")
    path = folder.path_of(services.make_now(by=by).name)
    IncidentFactory(title="Later")
    return path


def restored(path):
    call_command("restore", path, "--noinput", "--replace")


def titles():
    return set(Incident.objects.values_list("title", flat=True))


def imitated(place, name, version, extra=""):
    """Put a client program into `place` that calls itself of that version, and says `extra` before the real one."""
    real, script = server.program(name), place / name
    script.write_text(
        f'#!/bin/sh\ncase "$1" in --version) echo "{name} (PostgreSQL) {version}";;\n'
        f'*) case "$*" in *--file=-*) echo "{extra}";; esac; exec "{real}" "$@";; esac\n'
    )
    script.chmod(0o755)
    return str(script)


@pytest.mark.postgresql
def test_a_client_newer_than_the_server_brings_an_archive_back(archive, monkeypatch, tmp_path):
    newer = imitated(tmp_path, "pg_restore", "99.1", "SET transaction_timeout = 0;\nSET no_such_setting = 1;")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert server.program("pg_restore") == newer

    restored(archive)
    for step in (schedule.take_stock, schedule.verify_waiting, schedule.rehearse_if_due):
        step(timezone.now() + schedule.SETTLED)

    assert titles() == {"Then"}
    backup = Backup.objects.get(name=archive.name)
    assert (backup.rehearsed_at is not None, backup.rehearsal_error) == (True, "")


@pytest.mark.postgresql
def test_the_client_nearest_to_the_server_writes_and_the_newest_reads(monkeypatch, tmp_path):
    own = server.program("pg_dump")
    for name in ("pg_dump", "psql"):
        imitated(tmp_path, name, "99.1")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert server.program("pg_dump") == own
    assert server.program("psql") == str(tmp_path / "psql")


@pytest.mark.postgresql
def test_a_dump_that_breaks_off_on_its_way_is_never_committed(archive, monkeypatch, tmp_path):
    imitated(tmp_path, "pg_restore", "99.1")
    script = tmp_path / "pg_restore"
    script.write_text(
        script.read_text().replace('exec "', '"').replace('"$@";; esac\n', '"$@" | head -c 20000; exit 1;; esac\n')
    )
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(CommandError, match="pg_restore failed"):
        restored(archive)

    assert titles() == {"Then", "Later"}


@pytest.mark.postgresql
def test_a_client_that_refuses_an_archive_at_once_is_not_waited_for(archive, monkeypatch, tmp_path):
    imitated(tmp_path, "pg_restore", "99.1", extra='"; echo "unsupported version in file header" >&2; exit 1; echo "')
    script = tmp_path / "pg_restore"
    script.write_text(script.read_text().replace('echo ""; ', ""))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(CommandError, match="pg_restore failed: unsupported version"):
        restored(archive)

    assert titles() == {"Then", "Later"}


@pytest.mark.postgresql
def test_a_restore_is_not_given_up_while_the_server_is_busy():
    assert connection.settings_dict["OPTIONS"]["tcp_user_timeout"]
    assert "tcp_user_timeout" not in server.address()


@contextmanager
def another_process():
    """Somebody who has the database open, as a worker does."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as database:
            database.execute("SELECT count(*) FROM incidents_incident").fetchone()
            yield
    else:
        with closing(psycopg.connect(server.address())):
            yield


def test_a_product_that_still_runs_is_not_restored_over(archive, monkeypatch):
    for engine in (postgresql, sqlite):
        monkeypatch.setattr(engine, "PATIENCE", 0.2)
    with another_process(), pytest.raises(CommandError, match="stop web, worker, beat and bot first"):
        restored(archive)

    assert titles() == {"Then", "Later"}
    restored(archive)
    assert titles() == {"Then"}


@pytest.fixture
def dashboard():
    """A role that may read, and owns nothing."""
    with closing(psycopg.connect(server.address(), autocommit=True)) as database:
        database.execute("CREATE ROLE vakhta_dashboard")
    yield
    with closing(psycopg.connect(server.address(), autocommit=True)) as database:
        database.execute("DROP OWNED BY vakhta_dashboard")
        database.execute("DROP ROLE vakhta_dashboard")
        database.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


@pytest.mark.postgresql
def test_what_other_roles_may_read_they_may_read_after_a_restore(archive, dashboard):
    with closing(psycopg.connect(server.address(), autocommit=True)) as database:
        database.execute("GRANT USAGE ON SCHEMA public TO vakhta_dashboard")
        database.execute("GRANT SELECT ON incidents_incident TO vakhta_dashboard")
        database.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO vakhta_dashboard")
        database.execute("CREATE TABLE of_somebody (id int)")

    restored(archive)

    with connection.cursor() as cursor:
        may = (
            "SELECT has_schema_privilege(%(who)s, 'public', 'USAGE'), has_table_privilege(%(who)s, %(what)s, 'SELECT')"
        )
        for table in ("incidents_incident", "tasks_task"):
            cursor.execute(may, {"who": "vakhta_dashboard", "what": table})
            assert cursor.fetchone() == (True, True)
