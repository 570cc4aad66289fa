"""A word to the workers that something waits. Losing it costs the time until the next tick, never work."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# Somebody waits for the answer to a request: one try, no patience.
ONCE = {"max_retries": 0, "interval_start": 0, "socket_connect_timeout": 0.5, "socket_timeout": 0.5}
GOOD_FOR = 60  # seconds


def nudge(job: str) -> None:
    try:
        with current_app.connection_for_write(transport_options=ONCE) as connection:
            current_app.send_task(job, connection=connection, retry=False, expires=GOOD_FOR)
    except (OperationalError, OSError) as error:
        logger.warning("The broker takes no message, so %s waits for the next tick: %s", job, error)
