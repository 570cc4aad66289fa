"""The logging handler. Whoever logs only puts a few words into a queue; a thread of this process does the rest."""

import atexit
import hashlib
import logging
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from monitoring.errors.redaction import redacted
from monitoring.errors.spool import Group, Spool
from monitoring.errors.telling import Teller
from notifications.telegram.texts import clean

HOME = str(Path(__file__).resolve().parents[2])
ROOM = 1000  # errors that may wait for the thread; what is beyond is only counted
FRAMES = 4
WORDS = 700  # characters of a message
# The ways out themselves: what they have to say must not come round again.
DEAF_TO = ("monitoring.errors", "notifications.telegram", "httpx", "httpcore")


class Entry(NamedTuple):
    fingerprint: str
    text: str
    at: float


class OnCallHandler(logging.Handler):
    """Errors and worse, for TELEGRAM_LOGGING_CHAT. `gather` are the seconds in which equal ones become one message."""

    def __init__(self, *, token: str, chat: str, base: str, folder: str, gather: float = 2.0, tick: float = 1.0):
        super().__init__(logging.ERROR)
        self.spool = Spool(Path(folder) / "errors.sqlite3")
        self.teller = Teller(self.spool, token=token, base=base, chat=chat)
        self.gather, self.tick = gather, tick
        self.begin_anew()
        os.register_at_fork(after_in_child=self.begin_anew)
        atexit.register(self.put_aside)

    def begin_anew(self) -> None:
        """A fork has neither the thread nor what waited for it: that is the parent's to tell."""
        self.entries: queue.Queue[Entry] = queue.Queue(ROOM)
        self.dropped = 0
        self.thread: threading.Thread | None = None
        self.starting, self.writing, self.news = threading.Lock(), threading.Lock(), threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(DEAF_TO) or threading.current_thread() is self.thread:
            return
        try:
            self.entries.put_nowait(entry_of(record))
        except queue.Full:
            self.dropped += 1
        except Exception:
            self.handleError(record)
        self.news.set()
        self.wake()

    def wake(self) -> None:
        if self.thread is None and self.starting.acquire(blocking=False):
            self.thread = threading.Thread(target=self.work, name="errors to the on-call chat", daemon=True)
            with suppress(RuntimeError):  # the interpreter is ending: `put_aside` keeps what waits
                self.thread.start()

    def work(self) -> None:
        while True:
            self.news.wait(self.tick)
            self.news.clear()
            self.put_aside()
            self.tell(time.time())

    def rest(self) -> list[Entry]:
        found = []
        with suppress(queue.Empty):
            while True:
                found.append(self.entries.get_nowait())
        return found

    def write_down(self, entries: Iterable[Entry]) -> None:
        """Group and keep; a disk that takes nothing costs the errors' place in the chat, not more."""
        groups: dict[str, Group] = {}
        for entry in entries:
            known = groups.get(entry.fingerprint)
            first, count = (known.first, known.times) if known else (entry.at, 0)
            groups[entry.fingerprint] = Group(
                entry.fingerprint, clean(redacted(entry.text)), first, entry.at, count + 1
            )
        dropped, self.dropped = self.dropped, 0
        if dropped and groups:
            last = list(groups)[-1]
            groups[last] = groups[last]._replace(times=groups[last].times + dropped)
        self.safely(lambda: self.spool.add(groups.values(), due=time.time() + self.gather))

    def tell(self, now: float) -> None:
        self.safely(lambda: self.teller.tell(now) if self.spool.waiting() else None)

    def safely(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # nobody else may hear of it: that would come round again
            with suppress(Exception):
                sys.stderr.write(f"The on-call chat cannot be told of errors: {type(error).__name__}\n")

    def put_aside(self) -> None:
        """Write down what waits; at the end of a process too, so that another, or the next one, tells it."""
        taken = self.writing.acquire(timeout=5)  # who ends lets the thread finish its line
        try:
            if left := self.rest():
                self.write_down(left)
        finally:
            if taken:
                self.writing.release()


def entry_of(record: logging.LogRecord) -> Entry:
    error = record.exc_info[1] if record.exc_info else None
    frames = frames_of(error)
    kind = type(error).__name__ if error else record.levelname
    key = "\n".join([record.name, kind, *frames[-1:]] if error else [record.name, str(record.msg), str(record.lineno)])
    fingerprint = hashlib.sha256(key.encode(errors="replace")).hexdigest()
    words = cut(record.getMessage())
    lines = [f"{record.name}: {kind}", words, *([cut(str(error))] if error else []), *frames]
    if request_id := getattr(record, "request_id", ""):
        lines.append(f"request {request_id}")
    return Entry(fingerprint, "\n".join(lines), record.created)


def frames_of(error: BaseException | None) -> list[str]:
    """Return the last places, without what stood in their variables."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:] if error else []
    return [f"{frame.filename.removeprefix(HOME).lstrip('/')}:{frame.lineno} {frame.name}" for frame in frames]


def cut(text: str) -> str:
    return text if len(text) <= WORDS else f"{text[:WORDS]}…"
