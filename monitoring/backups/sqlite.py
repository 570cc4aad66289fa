"""SQLite: a consistent copy under load by its own backup interface, and the way back as one transaction."""

import gzip
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from attachments.streams import chunks
from monitoring.backups.faults import STOP, Damaged, Fault
from monitoring.backups.progress import Report
from monitoring.models import Backup
from workflow.search.mentions import fold_or_null

MEMBER = "database.sqlite3.gz"
PATIENCE = 10.0  # seconds until the last process of a product that was stopped is gone
PAGES = 2000  # copied between two reports
INSTRUCTIONS = 2_000_000  # of SQLite's machine between two reports
GROUPS = "SELECT app, name FROM django_migrations ORDER BY app, name"
FILES = "SELECT stored_name, preview_name, sha256 FROM attachments_file ORDER BY id"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"


class Snapshot:
    """A copy of the database at one moment."""

    member = MEMBER

    def __init__(self, database: sqlite3.Connection, path: Path):
        self.database, self.path = database, path

    def tables(self) -> dict[str, int]:
        return counted(self.database)

    def migrations(self) -> list[str]:
        return [f"{app}.{name}" for app, name in self.database.execute(GROUPS)]

    def files(self) -> Iterator[tuple[str, str, str]]:
        yield from self.database.execute(FILES)

    def dump(self, work: Path, report: Report) -> Path:
        target = work / MEMBER
        total, done = self.path.stat().st_size, 0
        with self.path.open("rb") as source, gzip.open(target, "wb", compresslevel=6) as out:
            for chunk in chunks(source):
                out.write(chunk)
                done += len(chunk)
                report(Backup.Phase.DATABASE, done, total)
        return target


def expect_ready() -> None:
    """Everything that is needed comes with Python."""


def expect_able_to_rehearse() -> None:
    """A copy beside it needs nobody's leave."""


@contextmanager
def snapshot(work: Path, report: Report) -> Iterator[Snapshot]:
    """Copy the database as it is now; writers go on meanwhile."""
    path = work / "database.sqlite3"
    with closing(opened(live())) as database, closing(opened(path)) as copy:
        database.execute("BEGIN")
        # A row that was read holds this moment: steps of a copy never begin anew because somebody writes.
        database.execute(TABLES).fetchone()
        told = lambda _s, left, all_: report(Backup.Phase.DATABASE, all_ - left, all_)  # noqa: E731
        database.backup(copy, pages=PAGES, progress=told)
        database.rollback()
        copy.execute("PRAGMA journal_mode=DELETE")
        expect_sound(copy, report)
        yield Snapshot(copy, path)


def opened(path: Path, timeout: float = 20) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=timeout)
    database.create_function("VAKHTA_FOLD", 1, fold_or_null, deterministic=True)
    return database


def expect_sound(database: sqlite3.Connection, report: Report) -> None:
    database.set_progress_handler(lambda: report(Backup.Phase.VERIFYING, 0, 0), INSTRUCTIONS)
    try:
        found = [row[0] for row in database.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        raise Damaged(_("The database in it cannot be read: %(error)s") % {"error": error}) from error
    finally:
        database.set_progress_handler(None, INSTRUCTIONS)
    if found != ["ok"]:
        raise Damaged(_("The database in it is not sound: %(error)s") % {"error": "; ".join(found)})


def counted(database: sqlite3.Connection) -> dict[str, int]:
    names = [row[0] for row in database.execute(TABLES)]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def expect_readable(dump: Path, report: Report) -> None:
    """Raise Damaged unless the database could be brought back from this member of an archive."""
    with unpacked(dump) as database:
        expect_sound(database, report)


@contextmanager
def unpacked(dump: Path) -> Iterator[sqlite3.Connection]:
    path = dump.with_name("unpacked.sqlite3")
    try:
        with gzip.open(dump) as source, path.open("wb") as out:
            while chunk := source.read(1024 * 1024):
                out.write(chunk)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Damaged(_("The database in it cannot be unpacked.")) from error
    try:
        with closing(opened(path)) as database:
            yield database
    finally:
        path.unlink()


def rehearse(dump: Path, report: Report) -> dict[str, int]:
    """Bring the database back beside the live one, count its rows and throw it away."""
    with unpacked(dump) as database:
        expect_sound(database, report)
        return counted(database)


def is_empty() -> bool:
    return not connection.introspection.table_names()


def live() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


@contextmanager
def alone() -> Iterator[sqlite3.Connection]:
    """Open the database with nobody beside us, who could neither read nor write meanwhile. Raises Fault."""
    connection.close()
    with closing(opened(live(), PATIENCE)) as database:
        try:
            database.execute("PRAGMA locking_mode=EXCLUSIVE")  # refused while any other process has it open
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=FULL")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise Fault(f"Another process works with the database: {STOP}") from error
            raise
        yield database


def expect_alone() -> None:
    with alone():
        pass


def restore(dump: Path, report: Report) -> None:
    """Replace the whole database, in one transaction: until its end, and if it breaks off, the old one stands."""
    with unpacked(dump) as source, alone() as database:
        source.backup(database)
    report(Backup.Phase.DATABASE, 1, 1)
