import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from monitoring import services
from monitoring.backups import schedule
from monitoring.heartbeats import services as heartbeats


@shared_task
def probe(until: float = 0) -> None:
    """Make the rounds that are due; for groups with a shorter interval than the tick come back until the next tick."""
    until = until or time.time() + settings.SLEEP_TEST_CONNECTION
    pause = services.probe_due(at=timezone.now())
    if pause and time.time() + pause.total_seconds() < until:
        probe.apply_async((until,), countdown=pause.total_seconds(), expires=settings.SLEEP_TEST_CONNECTION)


@shared_task
def forget_samples() -> None:
    services.forget_samples(at=timezone.now())


@shared_task
def tick() -> None:
    services.tick(at=timezone.now())


@shared_task
def call_home() -> None:
    services.call_home()


@shared_task
def miss_heartbeats() -> None:
    heartbeats.check_due(at=timezone.now())


@shared_task
def forget_pings() -> None:
    heartbeats.forget_pings(at=timezone.now())


@shared_task
def back_up() -> None:
    schedule.tick(at=timezone.now())
