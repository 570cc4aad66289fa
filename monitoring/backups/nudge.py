"""A word to the workers that a backup waits. Losing it costs the time until the next tick."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

from notifications.nudge import GOOD_FOR, ONCE

logger = logging.getLogger(__name__)


def nudge() -> None:
    try:
        with current_app.connection_for_write(transport_options=ONCE) as connection:
            current_app.send_task("monitoring.jobs.back_up", connection=connection, retry=False, expires=GOOD_FOR)
    except (OperationalError, OSError) as error:
        logger.warning("The broker takes no message, so the backup waits for the next tick: %s", error)
