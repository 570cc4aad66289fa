"""Celery only ticks: what is due stands in rows, so a lost message costs a tick, never work."""

import os
from typing import Any

from celery import Celery
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun
from kombu.transport import redis

from workflow import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("vakhta")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
# Where Redis is killed under a worker, giving messages back on the way out would fail and leave the worker half dead.
redis.Channel.do_restore = False


@setup_logging.connect
def keep_logging_as_it_is(**kwargs: Any) -> None:
    """Celery sets levels of its own unless somebody answers that logging is set up: Django has done so."""


@before_task_publish.connect
def give_the_request_along(headers: dict[str, Any], **kwargs: Any) -> None:
    headers["request_id"] = request_id.known()


@task_prerun.connect
def work_under_its_id(task: Any, **kwargs: Any) -> None:
    """What a request asked for is logged under the id of the request, a tick under one of its own."""
    request_id.fresh(getattr(task.request, "request_id", None) or "")


@task_postrun.connect
def forget_the_id(**kwargs: Any) -> None:
    request_id.current.set("")
