"""PostgreSQL: `pg_dump` of one snapshot, and the way back by `pg_restore` in one transaction."""

import os
import re
import secrets
import select
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from monitoring.backups.faults import STOP, Damaged, Fault
from monitoring.backups.grants import granted
from monitoring.backups.progress import Report
from monitoring.backups.server import Client, Failed, address, connected, program, run, started
from monitoring.models import Backup

MEMBER = "database.dump"
GROUPS = "SELECT app, name FROM django_migrations ORDER BY app, name"
FILES = "SELECT stored_name, preview_name, sha256 FROM attachments_file ORDER BY id"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
OTHERS = (
    "SELECT coalesce(host(client_addr), 'this machine') || coalesce(' (' || nullif(application_name, '') || ')', '')"
    " FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY 1"
)
ANEW = "SET LOCAL lock_timeout = '10s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"
SETTING = re.compile(rb"SET (\w+) = ")
PSQL = [
    "psql",
    "--no-psqlrc",
    "--quiet",
    "--set=VERBOSITY=verbose",
    "--single-transaction",
    "--set=ON_ERROR_STOP=1",
    "--output=/dev/null",
]
LOCKED = "55P03"  # in the complaints of psql, whatever its language
PATIENCE = 10.0  # seconds until the last connection of a product that was stopped is gone
SHOWN = 5
PORTABLE = ["--no-owner", "--no-privileges"]  # the new place may have other users


class Snapshot:
    """The database at one moment, held open by a transaction that others may look through as well."""

    member = MEMBER

    def __init__(self, database: psycopg.Connection[Any]):
        self.database = database
        self.name = database.execute("SELECT pg_export_snapshot()").fetchone()[0]  # type: ignore[index]

    def tables(self) -> dict[str, int]:
        return counted(self.database)

    def migrations(self) -> list[str]:
        return [f"{app}.{name}" for app, name in self.database.execute(GROUPS)]

    def files(self) -> Iterator[tuple[str, str, str]]:
        with self.database.cursor(name="files") as cursor:
            cursor.itersize = 2000
            yield from cursor.execute(FILES)

    def dump(self, work: Path, report: Report) -> Path:
        target = work / MEMBER
        size = self.database.execute("SELECT pg_database_size(current_database())").fetchone()[0]  # type: ignore[index]
        command = ["pg_dump", "--format=custom", *PORTABLE, f"--snapshot={self.name}", f"--file={target}"]
        run([*command, f"--dbname={address()}"], lambda: report(Backup.Phase.DATABASE, grown(target), size))
        return target


def grown(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def expect_ready() -> None:
    """Raise Fault unless the programs are there and not older than the server."""
    for name in ("pg_dump", "pg_restore", "psql"):
        program(name)


def expect_able_to_rehearse() -> None:
    """Raise Fault unless scratch databases may be made."""
    with closing(connected(address())) as database:
        query = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
        if database.execute(query).fetchone() != (True,):
            raise Fault(may_make_none())


@contextmanager
def snapshot(work: Path, report: Report) -> Iterator[Snapshot]:
    with closing(connected(address())) as database:
        database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Snapshot(database)


def counted(database: psycopg.Connection[Any]) -> dict[str, int]:
    names = [row[0] for row in database.execute(TABLES)]
    counts = {name: sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)) for name in names}
    return {name: database.execute(count).fetchone()[0] for name, count in counts.items()}  # type: ignore[index]


def expect_readable(dump: Path, report: Report) -> None:
    """Raise Damaged unless `pg_restore` reads the dump through to its end."""
    try:
        run(["pg_restore", f"--file={os.devnull}", str(dump)], lambda: report(Backup.Phase.VERIFYING, 0, 0))
    except Failed as error:
        raise Damaged(_("The database in it cannot be read: %(error)s") % {"error": error}) from error


def may_make_none() -> str:
    user = connection.settings_dict["USER"]
    return _("The database user may not make a scratch database: ALTER ROLE %(user)s CREATEDB.") % {"user": user}


def rehearse(dump: Path, report: Report) -> dict[str, int]:
    """Bring the database back into a scratch database on the same server, count its rows and drop it."""
    name = f"{scratch_prefix()}{secrets.token_hex(4)}"
    scratch = sql.Identifier(name)
    with closing(connected(address(), autocommit=True)) as server:
        forget_old_rehearsals(server)
        try:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(scratch))
        except psycopg.errors.InsufficientPrivilege as error:
            raise Fault(may_make_none()) from error
        try:
            into(address(name), dump, lambda: report(Backup.Phase.REHEARSING, 0, 0))
            with closing(connected(address(name))) as database:
                return counted(database)
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(scratch))


def scratch_prefix() -> str:
    """Installations that share a server tell their scratch databases apart by the name of their own."""
    return f"{connection.settings_dict['NAME'][:40]}_rehearsal_"


def forget_old_rehearsals(server: psycopg.Connection[Any]) -> None:
    """Drop what a killed rehearsal left: a scratch database that nobody is connected to."""
    idle = (
        "SELECT datname FROM pg_database d WHERE starts_with(datname, %s) AND datname ~ '_[0-9a-f]{8}$'"
        " AND pg_get_userbyid(datdba) = current_user"
        " AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)"
    )
    for (name,) in server.execute(idle, [scratch_prefix()]).fetchall():
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def into(where: str, dump: Path, tick: Callable[[], None], *, before: str = "", after: str = "") -> None:
    """Bring a dump into a database in one transaction, between two scripts of ours. Raises Fault.

    What `pg_restore` says goes on to `psql` but for settings that an older server does not know. This end of the pipe
    stays open until all was said: `psql` would take a dump that breaks off for a whole one, and commit it.
    """
    scripts = [dump.with_name(f"{name}.sql") for name in ("before", "settings", "after")]
    files = [f"--file={name}" for name in (*scripts[:2], "-", scripts[2])]
    known = known_settings(where)
    reading, writing = os.pipe()
    with (
        os.fdopen(writing, "wb") as sink,
        os.fdopen(reading, "rb", buffering=0) as source,
        started(["pg_restore", *PORTABLE, "--file=-", str(dump)], stdout=sink) as restoring,
    ):
        for script, text in zip(
            scripts, (before, settings_in(lines_of(source, restoring, tick), known), after), strict=True
        ):
            script.write_text(text)
        with started([*PSQL, *files, f"--dbname={where}"], stdin=source) as taking:
            source.close()
            if restoring.ended(tick) and not taking.has_ended():
                taking.process.kill()
                restoring.expect_success(tick)
            sink.close()
            taking.expect_success(tick)


def known_settings(where: str) -> set[str]:
    with closing(connected(where)) as database:
        return {row[0] for row in database.execute("SELECT name FROM pg_settings")}


def lines_of(source: IO[bytes], writer: Client, tick: Callable[[], None]) -> Iterator[bytes]:
    """Yield what a program says, line by line, until it has ended: this end of the pipe stays open, so no end shows."""
    while True:
        while not select.select([source], [], [], 1)[0]:
            tick()
            if writer.process.poll() is not None and not select.select([source], [], [], 0)[0]:
                return
        yield source.readline()


def settings_in(script: Iterable[bytes], known: set[str]) -> str:
    """Read a script up to the empty line behind its settings, and return that without those that nobody knows."""
    kept, begun = [], False
    for line in script:
        setting = SETTING.match(line)
        begun = begun or setting is not None
        if begun and not line.strip():
            break
        if setting is None or setting[1].decode() in known:
            kept.append(line.decode())
    return "".join(kept)


def is_empty() -> bool:
    return not connection.introspection.table_names()


def expect_alone() -> None:
    """Raise Fault while another process of the product is connected; the last ones may take a moment to go."""
    connection.close()
    deadline = time.monotonic() + PATIENCE
    with closing(connected(address(), autocommit=True)) as server:
        while others := [row[0] for row in server.execute(OTHERS)]:
            if time.monotonic() > deadline:
                shown = ", ".join(sorted(set(others))[:SHOWN])
                raise Fault(f"{len(others)} others work with the database, from {shown}: {STOP}")
            time.sleep(0.2)


def restore(dump: Path, report: Report) -> None:
    """Bring the database back in one transaction: until its end, and if it breaks off, the old one stands."""
    tick: Callable[[], None] = lambda: report(Backup.Phase.DATABASE, 0, 0)  # noqa: E731 - three lines would say no more
    empty = is_empty()
    connection.close()
    if empty:
        into(address(), dump, tick)
        return
    with closing(connected(address())) as server:
        defaults, grants = granted(server)
    try:
        into(address(), dump, tick, before=ANEW + defaults, after=grants)
    except Failed as error:
        if LOCKED in str(error):
            raise Fault(f"Somebody else works with the database: {STOP}") from error
        raise
