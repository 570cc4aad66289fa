"""What keeps the installation going, looked at one by one: jobs, queue, outbox, disk, and what others add."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Min
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from monitoring.models import Pulse
from monitoring.models.pulse import SILENT_AFTER
from monitoring.services.checking import Check, first_line
from notifications.models import Delivery
from workflow.times import utc

LAG_LIMIT = timedelta(minutes=10)
QUEUE = "celery"
PATIENCE = 2.0  # seconds that the broker may take
NO_BACKUP = _("no verified backup")


class Answers:
    """What only others of this app know; they answer when it starts."""

    newest_backup: Callable[[], datetime | None] | None = None
    backup_fault: Callable[[], Any] | None = None


def backups_tell(newest_verified: Callable[[], datetime | None], fault: Callable[[], Any]) -> None:
    """Name who knows when the newest backup that was verified was made, and what is wrong with backups, if anything."""
    Answers.newest_backup = staticmethod(newest_verified)
    Answers.backup_fault = staticmethod(fault)


def queue_depth() -> int:
    """Return how many messages wait for a worker. Raises RedisError or OSError."""
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        return sum(1 for _path in Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])).glob("*.msg"))
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        return 0
    with redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    ) as broker:
        return int(broker.llen(QUEUE))


def check_broker() -> Check:
    try:
        depth = queue_depth()
    except (RedisError, OSError) as error:
        return Check(False, first_line(error))
    return Check(True, format_lazy(_("messages that wait: {depth}"), depth=depth))


def job_age() -> timedelta | None:
    """Return how long ago a tick was done, None if none ever was."""
    last = Pulse.objects.filter(pk=Pulse.JOBS).values_list("at", flat=True).first()
    return None if last is None else timezone.now() - last


def check_worker() -> Check:
    """Ticks that wait undone are a worker's fault."""
    return look_at_jobs(blamed=lambda depth: depth > 0, what=_("no job is done"))


def check_beat() -> Check:
    """Where nothing waits either, nobody sends ticks."""
    return look_at_jobs(blamed=lambda depth: depth == 0, what=_("no tick is sent"))


def look_at_jobs(*, blamed: Callable[[int], bool], what: Any) -> Check:
    try:
        age = job_age()
        if age is not None and age <= SILENT_AFTER:
            return Check(True, format_lazy(_("last tick {age} s ago"), age=max(0, round(age.total_seconds()))))
        depth = queue_depth()
    except DatabaseError as error:
        return Check(False, first_line(error))
    except (RedisError, OSError):
        return Check(True, _("the broker does not answer"))
    since = "" if age is None else utc(timezone.now() - age)
    words = format_lazy(_("{what} since {since}"), what=what, since=since) if since else what
    return Check(not blamed(depth), words if blamed(depth) else _("not to blame for the silence of the jobs"))


def outbox_lag() -> timedelta:
    """Return how long the oldest message that should have gone out has waited."""
    now = timezone.now()
    oldest = Delivery.objects.waiting().filter(due_at__lte=now).aggregate(oldest=Min("wanted_at"))["oldest"]
    return max(timedelta(), now - oldest) if oldest else timedelta()


def check_outbox() -> Check:
    try:
        lag = outbox_lag()
    except DatabaseError as error:
        return Check(False, first_line(error))
    words = format_lazy(_("the oldest message waits for {lag} s"), lag=round(lag.total_seconds()))
    return Check(lag <= LAG_LIMIT, words if lag else _("nothing waits"))


def written_folders() -> set[Path]:
    """Return the folders that the product writes to, or those in which it will make them."""
    wanted = [Path(str(name)) for name in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.DB_BACKUP_DIR)]
    if settings.LOG_FILE:
        wanted.append(Path(settings.LOG_FILE).parent)
    if connection.vendor == "sqlite":
        wanted.append(Path(str(connection.settings_dict["NAME"])).parent)
    return {standing(folder) for folder in wanted}


def standing(folder: Path) -> Path:
    """Return the folder, or the one in which the product will make it."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


def narrowest() -> tuple[int, Path]:
    """Return the bytes left in the folder with the least room, and that folder. Raises OSError."""
    return min((shutil.disk_usage(folder).free, folder) for folder in written_folders())


def disk_free() -> int:
    """Return the bytes left where the product writes, the least of its folders. Raises OSError."""
    return narrowest()[0]


def check_disk() -> Check:
    try:
        free, folder = narrowest()
    except OSError as error:
        return Check(False, first_line(error))
    known = {"free": free // 1024**2, "folder": folder, "needed": settings.DISK_LOW // 1024**2}
    words = format_lazy(_("{free} MB free in {folder}, {needed} MB are needed"), **known)
    return Check(free >= settings.DISK_LOW, words)


def backup_age() -> timedelta | None:
    newest = Answers.newest_backup() if Answers.newest_backup else None
    return None if newest is None else timezone.now() - newest


def check_backup() -> Check:
    """Say whether there is a new backup, and whether making, rehearsing and copying them works."""
    try:
        age = backup_age()
        fault = Answers.backup_fault() if Answers.backup_fault else ""
    except DatabaseError as error:
        return Check(False, first_line(error))
    hours = age and age.total_seconds() / 3600
    newest = format_lazy(_("the newest verified backup is {hours:.1f} h old"), hours=hours) if hours else NO_BACKUP
    return Check(not fault, format_lazy("{}; {}", fault, newest) if fault else newest)
