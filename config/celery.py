"""Celery only ticks: what is due stands in rows, so a lost message costs a tick, never work."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("vakhta")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@setup_logging.connect
def keep_logging_as_it_is(**kwargs: Any) -> None:
    """Celery sets levels of its own unless somebody answers that logging is set up: Django has done so."""
