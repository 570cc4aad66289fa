"""A thread of each web process that looks whether jobs are done, and stands in for a worker that has fallen silent."""

import logging
import random
import time
from collections.abc import Callable
from threading import Event, Thread

from django.db import Error as DatabaseError
from django.db import close_old_connections, connections
from django.utils import timezone

from monitoring import services

log = logging.getLogger(__name__)
PAUSE = 60.0  # seconds between two looks
SLEPT = 60.0  # seconds: a pause longer by so much means that the machine slept, and so did those who do jobs
JITTER = 0.5  # share of a pause, so that processes do not look in step


def look() -> None:
    """Stand in where that is needed, on a connection that goes back at once."""
    close_old_connections()
    try:
        services.stand_in(at=timezone.now())
    finally:
        connections.close_all()


class Sentinel(Thread):
    """Looks once in a while; a look that fails is followed by the next, and it ends with its process."""

    def __init__(self, look: Callable[[], None] = look, pause: float = PAUSE):
        super().__init__(name="sentinel", daemon=True)
        self.look, self.pause, self.ended = look, pause, Event()

    def run(self) -> None:
        while True:
            pause, begun = self.pause * (1 + random.uniform(0, JITTER)), time.time()  # noqa: S311 - not a secret
            if self.ended.wait(pause):
                return
            if time.time() - begun > pause + SLEPT:
                continue
            try:
                self.look()
            except DatabaseError as error:
                log.warning("The installation cannot be watched: %s", error)
            except Exception:  # nobody else would say so
                log.exception("The installation cannot be watched")

    def end(self) -> None:
        self.ended.set()
        self.join()
