"""Whether this installation can do its work, asked afresh each time."""

import time
from collections.abc import Callable
from functools import cache as once

from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from monitoring.models import TargetGroup
from monitoring.services import vitals
from monitoring.services.checking import Check, first_line
from workflow.times import utc


def check_database() -> Check:
    start = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Check(False, first_line(error))
    took = (time.perf_counter() - start) * 1000
    return Check(
        True, format_lazy(_("{database} answered in {took:.1f} ms"), database=connection.display_name, took=took)
    )


def check_migrations() -> Check:
    try:
        pending = newest_migrations() - set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError as error:
        return Check(False, first_line(error))
    names = ", ".join(sorted(f"{app}.{name}" for app, name in pending))
    return Check(not pending, format_lazy(_("pending: {names}"), names=names) if pending else _("all applied"))


def check_cache() -> Check:
    try:
        cache.set("health", "well", 10)
        found = cache.get("health")
    except (RedisError, DatabaseError) as error:
        return Check(False, first_line(error))
    return Check(found == "well", _("keeps what it is given") if found == "well" else _("forgets at once"))


def check_probe() -> Check:
    """Say whether every watched group was looked at lately."""
    late = []
    try:
        for group in TargetGroup.objects.watched().select_related("watch"):
            last = group.watch.begun_at or group.created_at
            if timezone.now() - last > group.silence:
                late.append(f"{group.name} ({utc(last)})")
    except DatabaseError as error:
        return Check(False, first_line(error))
    words = format_lazy(_("not looked at since: {names}"), names=", ".join(late))
    return Check(not late, words if late else _("looks at what is due"))


ESSENTIAL = {"database": check_database, "migrations": check_migrations}
HELPFUL = {
    "cache": check_cache,
    "broker": vitals.check_broker,
    "worker": vitals.check_worker,
    "beat": vitals.check_beat,
    "outbox": vitals.check_outbox,
    "probe": check_probe,
    "disk": vitals.check_disk,
    "backup": vitals.check_backup,
}


def look(checks: dict[str, Callable[[], Check]]) -> dict[str, Check]:
    return {name: check() for name, check in checks.items()}


def is_ready() -> bool:
    """Say whether requests can be served: the database answers and has the schema this code expects."""
    return all(check.ok for check in look(ESSENTIAL).values())


def health() -> tuple[str, dict[str, Check]]:
    """Return `ok`, `degraded` (works, but something helpful is missing) or `down`, and what each look found."""
    found = look(ESSENTIAL | HELPFUL)
    if not all(found[name].ok for name in ESSENTIAL):
        return "down", found
    return ("ok" if all(check.ok for check in found.values()) else "degraded"), found


@once
def newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app in this code; it does not change while the process lives."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
