"""Rows as a finished backup leaves them, and what was told."""

from monitoring.backups import folder
from monitoring.models import Backup
from notifications.models import Notice


def told(kind):
    return list(Notice.objects.filter(kind=kind).order_by("pk"))


def verified(by, at, *, on_disk=False, **fields):
    """A row with a file that nobody reads."""
    name = folder.new_name(at, encrypted=False)
    if on_disk:
        folder.path_of(name).write_bytes(b"whatever")
        folder.sidecar(folder.path_of(name)).write_text("")
    facts = {"taken_at": at, "finished_at": at, "verified_at": at, "size": 8, "state": "verified", "name": name}
    return Backup.objects.create(made_by=by.user, **facts | fields)
