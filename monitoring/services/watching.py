"""The installation watches itself: each fault is told once, and once more when it is over."""

import logging
import time
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from monitoring.heartbeats import services as heartbeats
from monitoring.models import Alarm, Pulse
from monitoring.notifications import FAULTS, OFF, RECOVERED, alerted
from monitoring.services import fitness, vitals
from monitoring.services.checking import Check
from notifications.services import notify

log = logging.getLogger(__name__)
WATCHED = {
    "worker": vitals.check_worker,
    "beat": vitals.check_beat,
    "disk": vitals.check_disk,
    "outbox": vitals.check_outbox,
}
PAUSE = 60  # seconds between two looks of one web process


def tick(*, at: datetime) -> None:
    """Note that jobs are done; after a silence tell whoever looks after the installation how long it lasted.

    Two beats, or a clock that was set back, change nothing: the note is written under a lock.
    """
    with transaction.atomic():
        pulse, new = Pulse.objects.select_for_update().get_or_create(pk=Pulse.JOBS, defaults={"at": at})
        before, pulse.at = pulse.at, at
        pulse.save(update_fields=["at"])
        if not new and at - before > vitals.SILENT_AFTER:
            heartbeats.forgive(before, at)
            notify(alerted(), kind=OFF, context={"start": before, "finish": at}, url="/health/")
    watch_over(at=at)


def watch_over(*, at: datetime) -> None:
    """Tell once of each fault that began, and once that it is over; safe to run anywhere, any number of times."""
    for name, look in WATCHED.items():
        found = look()
        if found.ok:
            calm(name, at)
        else:
            alarm(name, found, at)


@transaction.atomic
def alarm(name: str, found: Check, at: datetime) -> None:
    _row, new = Alarm.objects.get_or_create(pk=name, defaults={"since": at, "detail": found.detail})
    if new:
        notify(alerted(), kind=FAULTS[name], context={"detail": found.detail}, url="/health/")


@transaction.atomic
def calm(name: str, at: datetime) -> None:
    since = Alarm.objects.filter(pk=name).values_list("since", flat=True).first()
    if since and Alarm.objects.filter(pk=name).delete()[0]:
        context = {"what": FAULTS[name].label, "start": since, "finish": at}
        notify(alerted(), kind=RECOVERED, context=context, url="/health/")


class Turn:
    """When this process looked last; a worker that is dead cannot say so itself, web processes can."""

    last = -PAUSE * 1.0


def watch_over_from_outside() -> None:
    """Watch from a web process, whenever it is asked about its health; never fails, seldom costs anything."""
    if time.monotonic() - Turn.last < PAUSE:
        return
    Turn.last = time.monotonic()
    try:
        if Pulse.objects.exists():  # an installation that has never run is not silent
            watch_over(at=timezone.now())
    except DatabaseError as error:
        log.warning("The installation cannot be watched: %s", error)


def call_home(client: Any = httpx) -> bool:
    """Tell HEARTBEAT_URL that all that is needed works; whoever listens there hears it when it does not."""
    status, _found = fitness.health()
    if not settings.HEARTBEAT_URL or status == "down":
        return False
    try:
        client.get(settings.HEARTBEAT_URL, timeout=10, follow_redirects=True).raise_for_status()
    except httpx.HTTPError as error:
        log.warning("HEARTBEAT_URL does not hear us: %s", type(error).__name__)  # the address is a secret
        return False
    return True
