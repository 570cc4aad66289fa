"""A second place for every archive: a bucket on S3-compatible storage, where the environment names one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attachments.storage import Kept, NoRoom, Unreachable
from attachments.streams import CHUNK
from monitoring.backups import folder
from monitoring.backups.archive import Hashed
from monitoring.backups.faults import Damaged, Fault, LeaseLost, words_of
from monitoring.backups.leases import leased
from monitoring.backups.notifications import UNCOPIED, tell
from monitoring.backups.progress import Report, both, silent, to_row
from monitoring.models import Backup

logger = logging.getLogger(__name__)
RETRY = timedelta(hours=1)  # after a failure
WORDS: dict[type[Exception], Any] = {
    NoRoom: gettext_lazy("The other storage is full."),
    Unreachable: gettext_lazy("The other storage refuses or does not answer."),
}


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


def copy_due(at: datetime, report: Report = silent) -> None:
    """Copy one verified backup to the other storage, where there is one, and write down what came of it."""
    backup = next_to_copy(at) if is_wanted() else None
    if backup is None:
        return
    with leased(backup, at) as mine:
        if mine:
            copied(backup, both(to_row(backup), report), at)


def next_to_copy(at: datetime) -> Backup | None:
    """Return the newest that is not there yet, one that failed last; None within RETRY after a failure."""
    left = Backup.objects.verified().filter(copied_at=None)
    if left.filter(copy_tried_at__gt=at - RETRY).exists():
        return None
    return left.order_by(F("copy_tried_at").asc(nulls_first=True), "-taken_at", "-pk").first()


def copied(backup: Backup, report: Report, at: datetime) -> None:
    row = Backup.objects.filter(pk=backup.pk)
    try:
        there = copy(backup.name or "", report)
    except LeaseLost:
        return
    except Exception as error:  # whatever it is: it is not there
        told = Backup.objects.verified().exclude(copy_error="").exists()
        row.update(copy_tried_at=at, copy_error=words_of(error))
        if not told:
            tell(UNCOPIED, backup, backup=str(backup), error=words_of(error))
    else:
        row.update(copied_at=timezone.now(), copy_tried_at=at, copy_error="")
        forget_left_over(there)


def copy(name: str, report: Report) -> set[str]:
    """Copy an archive and its checksum, the checksum last, and return the names of all that is there. Raises Fault."""
    path = folder.path_of(name)
    sizes = {each: each.stat().st_size for each in (path, folder.sidecar(path)) if each.exists()}
    with asked():
        there = listed()
        for each, size in sizes.items():
            if there.get(each.name) != size:  # one that was fetched from there need not go back
                put(each, report)
        there = listed()
    if there.get(name) != path.stat().st_size:
        raise Fault(_("The copy on the other storage is not as long as the archive."))
    return set(there)


def listed() -> dict[str, int]:
    """Return the sizes of what stands on the other storage, by name. Raises Unreachable."""
    return {stored.name: stored.size for stored in place().walk()}


def put(path: Path, report: Report) -> None:
    place().delete(path.name)  # a name that is taken would get another
    with path.open("rb") as file:
        content: Any = Told(file, path.stat().st_size, report)
        place().save(path.name, File(content, name=path.name))


def forget(name: str) -> None:
    """Remove the copy of an archive that was removed here; what cannot be reached now goes after the next copy."""
    try:
        for each in (name, f"{name}.sha256"):
            place().delete(each)
    except (NoRoom, Unreachable):
        logger.warning("The copy of %s stays on the other storage, which cannot be reached.", name)


def forget_left_over(there: set[str]) -> None:
    """Remove the copies of archives that were removed while the other storage did not answer."""
    removed = Backup.objects.deleted().filter(name__in=there).values_list("name", flat=True)
    for name in removed:
        forget(name or "")


def archives_there() -> dict[str, int]:
    """Return the sizes of the archives on the other storage, by name. Raises Fault."""
    with asked():
        return {name: size for name, size in listed().items() if folder.is_name(name)}


@contextmanager
def asked() -> Iterator[None]:
    """Say in a Fault what keeps the other storage from answering."""
    if not is_wanted():
        raise Fault(_("No other storage is named: set BACKUP_S3_BUCKET and what belongs to it."))
    try:
        yield
    except (NoRoom, Unreachable) as error:
        raise Fault(str(WORDS[type(error)])) from error


def fetch(name: str, report: Report) -> Path:
    """Bring an archive back from the other storage into the folder, compared with its checksum. Raises Fault."""
    if not folder.is_name(name):
        raise Fault(f"{name} is not the name of an archive.")
    if folder.path_of(name).exists():
        raise Fault(f"{folder.path_of(name)} is there already.")
    with asked(), folder.workshop() as work:
        draft = work / name
        try:
            known, digest = checksum_there(name), fetched(name, draft, report)
        except FileNotFoundError as error:
            raise Fault(f"{name} is not on the other storage.") from error
        if known != digest:
            raise Damaged(_("Its checksum differs: some of its bytes were changed or are missing."))
        return folder.publish(draft, name, digest)


def checksum_there(name: str) -> str:
    with place().open(f"{name}.sha256") as checksum:
        return str(checksum.read().decode(errors="replace").split(maxsplit=1)[0])


def fetched(name: str, draft: Path, report: Report) -> str:
    """Write what stands there into `draft`, and return its SHA-256."""
    fetching = _("Fetching from the other storage")
    with place().open(name) as source, draft.open("xb") as target:
        out = Hashed(target)
        for chunk in source.chunks(CHUNK):
            out.write(chunk)
            report(fetching, out.count, source.size)
    return out.digest.hexdigest()
