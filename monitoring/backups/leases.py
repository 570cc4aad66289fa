"""A lease on a row says who works on a backup; who says nothing for too long has died."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import F

from monitoring.models import Backup
from monitoring.models.backup import LEASE


@contextmanager
def leased(backup: Backup, at: datetime) -> Iterator[bool]:
    """Say whether this process may work on a finished backup; the lease ends with the work."""
    lease = at + LEASE
    free = Backup.objects.present().filter(pk=backup.pk).unleased(at)
    taken = bool(free.update(lease_until=lease, version=F("version") + 1))
    backup.lease_until = lease if taken else backup.lease_until
    try:
        yield taken
    finally:
        if taken:
            mine = Backup.objects.filter(pk=backup.pk, lease_until=backup.lease_until)
            mine.update(lease_until=None, phase="", done=0, total=0, version=F("version") + 1)
            backup.refresh_from_db()
