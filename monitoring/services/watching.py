"""The installation watches itself: each fault is told once, and once more when it is over."""

import logging
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings
from django.db import transaction

from monitoring.heartbeats import services as heartbeats
from monitoring.models import Alarm, Pulse
from monitoring.models.pulse import SILENT_AFTER
from monitoring.notifications import FAULTS, OFF, RECOVERED, alerted
from monitoring.services import fitness, vitals
from monitoring.services.checking import Check
from notifications.services import deliver_due, notify

log = logging.getLogger(__name__)
WATCHED = {
    "worker": vitals.check_worker,
    "beat": vitals.check_beat,
    "broker": vitals.check_broker,
    "disk": vitals.check_disk,
    "outbox": vitals.check_outbox,
}


def tick(*, at: datetime) -> None:
    """Note that jobs are done; after a silence tell whoever looks after the installation how long it lasted.

    Two beats, or a clock that was set back, change nothing: the note is written under a lock.
    """
    with transaction.atomic():
        pulse, new = Pulse.objects.select_for_update().get_or_create(pk=Pulse.JOBS, defaults={"at": at})
        before, pulse.at = pulse.at, at
        pulse.save(update_fields=["at"])
        if not new and at - before > SILENT_AFTER:
            heartbeats.forgive(before, at)
            notify(alerted(), kind=OFF, context={"start": before, "finish": at}, url="/health/")
    watch_over(at=at)


def watch_over(*, at: datetime) -> None:
    """Tell once of each fault that began, and once that it is over; safe to run anywhere, any number of times."""
    looks = {name: look() for name, look in WATCHED.items()}
    if not looks["broker"].ok:  # nobody can say how those are who talk through it
        looks = {name: found for name, found in looks.items() if name not in {"worker", "beat"}}
    for name, found in looks.items():
        if found.ok:
            calm(name, at)
        else:
            alarm(name, found, at)


@transaction.atomic
def alarm(name: str, found: Check, at: datetime) -> None:
    _row, new = Alarm.objects.get_or_create(pk=name, defaults={"since": at, "detail": str(found.detail)})
    if new:
        notify(alerted(), kind=FAULTS[name], context={"detail": found.detail}, url="/health/")


@transaction.atomic
def calm(name: str, at: datetime) -> None:
    since = Alarm.objects.filter(pk=name).values_list("since", flat=True).first()
    if since and Alarm.objects.filter(pk=name).delete()[0]:
        context = {"what": FAULTS[name].label, "start": since, "finish": at}
        notify(alerted(), kind=RECOVERED, context=context, url="/health/")


def stand_in(*, at: datetime) -> int:
    """Do the worker's most urgent work while it is silent, and return how many messages went out.

    A worker that is dead can neither say so nor carry what others say. Whoever still lives does both: deliveries are
    leased, so any number of processes may, and a worker that comes back meanwhile loses nothing and repeats nothing.
    """
    if not Pulse.objects.is_silent(at):
        return 0
    watch_over(at=at)
    return deliver_due()


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
