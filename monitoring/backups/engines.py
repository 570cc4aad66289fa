"""The database of this installation, as backups deal with it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from django.db import connection

from monitoring.backups import postgresql, sqlite
from monitoring.backups.faults import Fault
from monitoring.backups.progress import Report


class Snapshot(Protocol):
    """The database at one moment."""

    member: str

    def tables(self) -> dict[str, int]: ...
    def migrations(self) -> list[str]: ...
    def files(self) -> Iterator[tuple[str, str, str]]: ...
    def dump(self, work: Path, report: Report) -> Path: ...


class Engine(Protocol):
    """What every kind of database can do here. Each may raise Fault."""

    def expect_ready(self) -> None: ...
    def expect_able_to_rehearse(self) -> None: ...
    def snapshot(self, work: Path, report: Report) -> AbstractContextManager[Snapshot]: ...
    def expect_readable(self, dump: Path, report: Report) -> None: ...
    def rehearse(self, dump: Path, report: Report) -> dict[str, int]: ...
    def is_empty(self) -> bool: ...
    def expect_alone(self) -> None: ...
    def restore(self, dump: Path, report: Report) -> None: ...


ENGINES: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgresql}


def engine() -> Engine:
    return ENGINES[connection.vendor]


def expect_same_engine(kind: str) -> None:
    """Raise Fault for an archive of another kind of database."""
    if kind != connection.vendor:
        raise Fault(f"The archive holds a {kind} database, DATABASE_URL names a {connection.vendor} one.")
