"""The clock of Celery: it knows the schedule and no jobs, so it needs neither Django nor the memory of it."""

from logging.config import dictConfig
from typing import Any

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


class Schedule(PersistentScheduler):
    """Goes on when the clock is set back: what was last done in the future counts as done now."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at and entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # it is ordered by the moments that no longer come
        return super().tick(*args, **kwargs)
