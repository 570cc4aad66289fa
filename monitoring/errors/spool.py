"""Where errors wait: a small SQLite file beside the data, shared by all processes of this machine.

Not the product's database, which may be what has failed. A row is one fingerprint: how often it happened within its
hour, how much of that the chat has been told, and by which message.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

HOUR = 3600.0
KEEP = 7 * 24 * HOUR
LEASE = 60.0
AT_ONCE = 50
TABLE = """
CREATE TABLE IF NOT EXISTS error (
    fingerprint TEXT PRIMARY KEY, text TEXT NOT NULL, first_at REAL NOT NULL, last_at REAL NOT NULL,
    count INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0, message_id INTEGER,
    due REAL NOT NULL, lease REAL NOT NULL DEFAULT 0
)
"""
ADD = """
INSERT INTO error (fingerprint, text, first_at, last_at, count, due)
VALUES (:fingerprint, :text, :first, :last, :times, :due)
ON CONFLICT (fingerprint) DO UPDATE SET
    text = excluded.text,
    last_at = max(last_at, excluded.last_at),
    count = CASE WHEN {over} THEN excluded.count ELSE count + excluded.count END,
    first_at = CASE WHEN {over} THEN excluded.first_at ELSE first_at END,
    message_id = CASE WHEN {over} THEN NULL ELSE message_id END,
    due = CASE WHEN {over} THEN excluded.due ELSE due END,
    told = CASE WHEN {over} THEN 0 ELSE told END
""".format(over=f"(told = count AND excluded.first_at - first_at >= {HOUR})")


class Group(NamedTuple):
    """Equal errors that were not written down yet."""

    fingerprint: str
    text: str
    first: float
    last: float
    times: int


class Waiting(NamedTuple):
    """What the chat has not been told."""

    fingerprint: str
    text: str
    first_at: float
    last_at: float
    times: int
    told: int
    message_id: int | None


class Spool:
    """Opened for each use: it is used rarely, and a fork must not inherit a connection."""

    def __init__(self, path: Path):
        self.path = path

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=5, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(TABLE)
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def add(self, groups: Iterable[Group], *, due: float) -> None:
        with self.opened() as connection:
            connection.executemany(ADD, [{**group._asdict(), "due": due} for group in groups])

    def claim(self, now: float) -> list[Waiting]:
        """Return what is to be told now, leased to this process."""
        with self.opened() as connection:
            connection.execute("DELETE FROM error WHERE told = count AND last_at < ?", [now - KEEP])
            rows = connection.execute(
                "SELECT fingerprint, text, first_at, last_at, count, told, message_id FROM error"
                " WHERE told < count AND due <= ? AND lease <= ? ORDER BY first_at LIMIT ?",
                [now, now, AT_ONCE],
            ).fetchall()
            keys = [(now + LEASE, row[0]) for row in rows]
            connection.executemany("UPDATE error SET lease = ? WHERE fingerprint = ?", keys)
        return [Waiting(*row) for row in rows]

    def told(self, rows: Iterable[Waiting], *, message_id: int | None, due: float) -> None:
        with self.opened() as connection:
            connection.executemany(
                "UPDATE error SET told = ?, message_id = ?, due = ?, lease = 0 WHERE fingerprint = ?",
                [(row.times, message_id, due, row.fingerprint) for row in rows],
            )

    def put_off(self, rows: Iterable[Waiting], *, due: float) -> None:
        with self.opened() as connection:
            keys = [(due, row.fingerprint) for row in rows]
            connection.executemany("UPDATE error SET due = ?, lease = 0 WHERE fingerprint = ?", keys)

    def waiting(self) -> int:
        with self.opened() as connection:
            return connection.execute("SELECT count(*) FROM error WHERE told < count").fetchone()[0]
