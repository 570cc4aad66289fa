"""PostgreSQL: `pg_dump` of one snapshot, and the way back by `pg_restore` in one transaction."""

import glob
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from monitoring.backups.faults import Damaged, Fault
from monitoring.backups.progress import Report
from monitoring.models import Backup

MEMBER = "database.dump"
GROUPS = "SELECT app, name FROM django_migrations ORDER BY app, name"
FILES = "SELECT stored_name, preview_name, sha256 FROM attachments_file ORDER BY id"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
PLACES = ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"]
ANEW = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
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


@contextmanager
def snapshot(work: Path, report: Report) -> Iterator[Snapshot]:
    with closing(connected(address())) as database:
        database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Snapshot(database)


def connected(where: str, **options: Any) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(where, password=password(), **options)
    except psycopg.OperationalError as error:
        raise Fault(f"The database does not answer: {' '.join(str(error).split())}") from error


def address(name: str = "") -> str:
    """Return how the database is reached, without the password, which would show in the list of processes."""
    known = connection.settings_dict
    options = {key: value for key, value in known.get("OPTIONS", {}).items() if isinstance(value, str | int)}
    given = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "dbname": name or known["NAME"]}
    return make_conninfo(**{key: value for key, value in {**options, **given}.items() if value})


def password() -> str | None:
    return str(connection.settings_dict["PASSWORD"] or "") or None


def server_version() -> int:
    with closing(connected(address())) as database:
        return database.info.server_version // 10_000


def program(name: str) -> str:
    """Return a client program that is not older than the server. Raises Fault."""
    folders = [
        *os.environ.get("PATH", "").split(os.pathsep),
        *sorted(chain.from_iterable(map(glob.glob, PLACES)), reverse=True),
    ]
    known = {path: version_of(path) for folder in folders if (path := shutil.which(name, path=folder or "/"))}
    wanted = server_version()
    fit = next((path for path, version in known.items() if version >= wanted), None)
    if fit:
        return fit
    if not known:
        raise Fault(f"{name} is not installed. Debian, Ubuntu: apt install postgresql-client")
    newest = max(known.values())
    raise Fault(f"{name} is of version {newest}, older than the server's {wanted}: install postgresql-client-{wanted}.")


def version_of(path: str) -> int:
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", answer)
    return int(found[1]) if found else 0


def environment() -> dict[str, str]:
    secret = password()
    return {**os.environ, **({"PGPASSWORD": secret} if secret else {})}


def run(command: list[str], tick: Callable[[], None], **options: Any) -> None:
    """Run a client program to its end, saying every second that it lives. Raises Fault with what it complained of."""
    path = program(command[0])
    with subprocess.Popen(
        [path, *command[1:]], stderr=subprocess.PIPE, text=True, env=environment(), **options
    ) as made:
        try:
            while True:
                try:
                    _out, complaint = made.communicate(timeout=1)
                    break
                except subprocess.TimeoutExpired:
                    tick()
        except BaseException:
            made.kill()
            raise
    if made.returncode:
        raise Fault(f"{command[0]} failed: {' '.join((complaint or '').split())[-1000:] or made.returncode}")


def counted(database: psycopg.Connection[Any]) -> dict[str, int]:
    names = [row[0] for row in database.execute(TABLES)]
    counts = {name: sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)) for name in names}
    return {name: database.execute(count).fetchone()[0] for name, count in counts.items()}  # type: ignore[index]


def expect_readable(dump: Path, report: Report) -> None:
    """Raise Damaged unless `pg_restore` reads the dump through to its end."""
    try:
        run(["pg_restore", f"--file={os.devnull}", str(dump)], lambda: report(Backup.Phase.VERIFYING, 0, 0))
    except Fault as error:
        if "pg_restore failed" in str(error):
            raise Damaged(f"The database in it cannot be read: {error}") from error
        raise


def rehearse(dump: Path, report: Report) -> dict[str, int]:
    """Bring the database back into a scratch database on the same server, count its rows and drop it."""
    name = f"{scratch_prefix()}{secrets.token_hex(4)}"
    scratch = sql.Identifier(name)
    with closing(connected(address(), autocommit=True)) as server:
        forget_old_rehearsals(server)
        try:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(scratch))
        except psycopg.errors.InsufficientPrivilege as error:
            user = connection.settings_dict["USER"]
            raise Fault(f"The database user may not make a scratch database: ALTER ROLE {user} CREATEDB.") from error
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


def into(where: str, dump: Path, tick: Callable[[], None]) -> None:
    command = ["pg_restore", "--single-transaction", "--exit-on-error", *PORTABLE]
    run([*command, f"--dbname={where}", str(dump)], tick)


def is_empty() -> bool:
    return not connection.introspection.table_names()


def restore(dump: Path, report: Report) -> None:
    """Bring the database back in one transaction: until its end, and if it breaks off, the old one stands."""
    tick: Callable[[], None] = lambda: report(Backup.Phase.DATABASE, 0, 0)  # noqa: E731 - three lines would say no more
    empty = is_empty()
    connection.close()
    if empty:
        into(address(), dump, tick)
        return
    script = dump.with_name("restore.sql")
    run(["pg_restore", *PORTABLE, f"--file={script}", str(dump)], tick)
    command = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    run([*command, f"--dbname={address()}", f"--command={ANEW}", f"--file={script}"], tick)
