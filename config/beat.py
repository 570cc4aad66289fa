"""The clock of Celery: it knows the schedule and no jobs, so it needs neither Django nor the memory of it."""

import fcntl
from itertools import count
from logging.config import dictConfig
from pathlib import Path
from typing import IO, Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import setup_logging

from config import settings

app = Celery("vakhta", fixups=[])
app.config_from_object(settings, namespace="CELERY")
app.conf.beat_scheduler = "config.beat:Schedule"


@setup_logging.connect
def log_as_the_product_does(**kwargs: Any) -> None:
    dictConfig(settings.LOGGING)


def first_free(name: str) -> tuple[str, IO[str]]:
    """Return the first of `name`, `name`-2 and so on that no other beat holds, and what holds it until it is closed."""
    for number in count(1):
        mine = name if number == 1 else f"{name}-{number}"
        lock = Path(f"{mine}.lock").open("w")  # noqa: SIM115 - held as long as the process lives
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            break
    return mine, lock


class Schedule(PersistentScheduler):
    """Goes on when the clock is set back: what was last done in the future counts as done now.

    Two beats in one data folder keep what they did apart: each takes the first file that nobody holds.
    """

    schedule_filename: str

    def setup_schedule(self) -> None:
        self.schedule_filename, self.held = first_free(self.schedule_filename)
        super().setup_schedule()

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at and entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # it is ordered by the moments that no longer come
        return super().tick(*args, **kwargs)
