"""The clock of Celery: it knows the schedule and no jobs, so it needs neither Django nor the memory of it."""

from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from config import settings

app = Celery("vakhta", fixups=[])
app.config_from_object(settings, namespace="CELERY")


@setup_logging.connect
def log_as_the_product_does(**kwargs: Any) -> None:
    dictConfig(settings.LOGGING)
