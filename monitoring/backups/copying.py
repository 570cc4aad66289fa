"""A second place for every archive: a bucket on S3-compatible storage, where the environment names one."""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages

from attachments.storage import Kept, NoRoom, Unreachable
from monitoring.backups import folder
from monitoring.backups.faults import Fault
from monitoring.backups.progress import Report
from monitoring.models import Backup

logger = logging.getLogger(__name__)
WORDS = {NoRoom: "The other storage is full.", Unreachable: "The other storage refuses or does not answer."}


class Told:
    """A file that says how far it was read, and otherwise is that file."""

    def __init__(self, file: Any, total: int, report: Report):
        self.file, self.total, self.report = file, total, report

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.report(Backup.Phase.COPYING, self.file.tell(), self.total)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def is_wanted() -> bool:
    return "backups" in settings.STORAGES


def place() -> Kept:
    return storages["backups"]  # type: ignore[return-value]


def copy(name: str, report: Report) -> None:
    """Copy an archive and its checksum, the checksum last. Raises Fault."""
    path = folder.path_of(name)
    try:
        for each in (path, folder.sidecar(path)):
            put(each, report)
        there = {stored.name: stored.size for stored in place().walk()}
    except (NoRoom, Unreachable) as error:
        raise Fault(WORDS[type(error)]) from error
    if there.get(name) != path.stat().st_size:
        raise Fault("The copy on the other storage is not as long as the archive.")


def put(path: Path, report: Report) -> None:
    place().delete(path.name)  # a name that is taken would get another
    with path.open("rb") as file:
        content: Any = Told(file, path.stat().st_size, report)
        place().save(path.name, File(content, name=path.name))


def forget(name: str) -> None:
    """Remove the copy of an archive that was removed here; what cannot be reached stays there, and the log says so."""
    try:
        for each in (name, f"{name}.sha256"):
            place().delete(each)
    except (NoRoom, Unreachable):
        logger.warning("The copy of %s stays on the other storage, which cannot be reached.", name)
