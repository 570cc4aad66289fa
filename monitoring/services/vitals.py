"""What keeps the installation going, looked at one by one: jobs, queue, outbox, disk, and what others add."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db.models import Min
from django.utils import timezone
from redis.exceptions import RedisError

from monitoring.models import Pulse
from monitoring.models.pulse import SILENT_AFTER
from monitoring.services.checking import Check, first_line
from notifications.models import Delivery
from workflow.times import utc

LAG_LIMIT = timedelta(minutes=10)
QUEUE = "celery"
PATIENCE = 2.0  # seconds that the broker may take


class Answers:
    """What only others of this app know; they answer when it starts."""

    newest_backup: Callable[[], datetime | None] | None = None
    backup_is_late: Callable[[], bool] | None = None


def backups_tell(newest_verified: Callable[[], datetime | None], is_late: Callable[[], bool]) -> None:
    """Name who knows when the newest backup that was verified was made, and whether that is too long ago."""
    Answers.newest_backup = staticmethod(newest_verified)
    Answers.backup_is_late = staticmethod(is_late)


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
    return Check(True, f"{depth} messages wait")


def job_age() -> timedelta | None:
    """Return how long ago a tick was done, None if none ever was."""
    last = Pulse.objects.filter(pk=Pulse.JOBS).values_list("at", flat=True).first()
    return None if last is None else timezone.now() - last


def check_worker() -> Check:
    """Ticks that wait undone are a worker's fault."""
    return look_at_jobs(blamed=lambda depth: depth > 0, what="no job is done")


def check_beat() -> Check:
    """Where nothing waits either, nobody sends ticks."""
    return look_at_jobs(blamed=lambda depth: depth == 0, what="no tick is sent")


def look_at_jobs(*, blamed: Callable[[int], bool], what: str) -> Check:
    try:
        age = job_age()
        if age is not None and age <= SILENT_AFTER:
            return Check(True, f"last tick {max(0, round(age.total_seconds()))} s ago")
        depth = queue_depth()
    except DatabaseError as error:
        return Check(False, first_line(error))
    except (RedisError, OSError):
        return Check(True, "the broker does not answer")
    words = what if age is None else f"{what} since {utc(timezone.now() - age)}"
    return Check(not blamed(depth), words if blamed(depth) else "not to blame for the silence of the jobs")


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
    return Check(
        lag <= LAG_LIMIT, f"the oldest message waits for {round(lag.total_seconds())} s" if lag else "nothing waits"
    )


def disk_free() -> int:
    """Return the bytes left where the product writes, the least of its folders. Raises OSError."""
    folders = [Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)]
    return min(shutil.disk_usage(folder).free for folder in folders if folder.exists())


def check_disk() -> Check:
    try:
        free = disk_free()
    except (OSError, ValueError) as error:
        return Check(False, first_line(error))
    return Check(free >= settings.DISK_LOW, f"{free // 1024**2} MB free, {settings.DISK_LOW // 1024**2} MB are needed")


def backup_age() -> timedelta | None:
    newest = Answers.newest_backup() if Answers.newest_backup else None
    return None if newest is None else timezone.now() - newest


def check_backup() -> Check:
    try:
        age = backup_age()
        late = Answers.backup_is_late is not None and Answers.backup_is_late()
    except DatabaseError as error:
        return Check(False, first_line(error))
    if age is None:
        return Check(not late, "no verified backup")
    return Check(not late, f"the newest verified backup is {age.total_seconds() / 3600:.1f} h old")
