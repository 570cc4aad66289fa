"""The folder of backups: what stands in it under its name is whole, everything else is work that is swept."""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from attachments.storage import flush
from monitoring.backups.faults import Fault

NAME = re.compile(r"vakhta-(\d{8}T\d{6}Z)-[0-9a-f]{8}\.tar(\.age)?")
WORK = ".work-"
LOCK = "lock"


def folder() -> Path:
    """Return the folder, made for this product alone if it is not there. Raises Fault."""
    path = Path(settings.DB_BACKUP_DIR)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        said = _("The folder %(folder)s cannot be made: %(error)s. Set DB_BACKUP_DIR to another.")
        raise Fault(said % {"folder": path, "error": error.strerror}) from error
    return path


def new_name(at: datetime, *, encrypted: bool) -> str:
    return f"vakhta-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.tar{'.age' if encrypted else ''}"


def taken_at(name: str) -> datetime:
    """Return the moment that a name tells."""
    found = NAME.fullmatch(name)
    if not found:
        raise ValueError(name)
    return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def path_of(name: str) -> Path:
    return folder() / name


def located(given: str) -> Path:
    """Return the file that somebody names on a terminal, by its path or as an archive of the folder."""
    path = Path(given)
    return Path(settings.DB_BACKUP_DIR) / given if is_name(given) and not path.exists() else path


def sidecar(path: Path) -> Path:
    """Where the checksum stands, as `sha256sum -c` reads it."""
    return path.with_name(f"{path.name}.sha256")


def names() -> set[str]:
    """Return the archives that stand in the folder, whole."""
    return {entry.name for entry in os.scandir(folder()) if entry.is_file() and is_name(entry.name)}


def changed_at(name: str) -> datetime | None:
    """Return when a file came to stand here under its name or was last changed, None where it does not stand here."""
    try:
        return datetime.fromtimestamp(path_of(name).stat().st_ctime, UTC)
    except FileNotFoundError:
        return None


def is_name(name: str) -> bool:
    """Say whether an archive may be called so; a name that tells no real moment is not one of ours."""
    with suppress(ValueError):
        return taken_at(name) is not None
    return False


@contextmanager
def workshop() -> Iterator[Path]:
    """Give a folder for what is being made, removed at the end; of a killed process `sweep` removes it."""
    path = folder() / f"{WORK}{secrets.token_hex(8)}"
    path.mkdir(mode=0o700)
    try:
        with (path / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with the process, however that ends
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def publish(draft: Path, name: str, digest: str) -> Path:
    """Give a finished file its name: checksum first, so that an archive never stands there without one."""
    path = folder() / name
    checksum = draft.with_name(f"{name}.sha256")
    checksum.write_text(f"{digest}  {name}\n")
    for made in (draft, checksum):
        made.chmod(0o600)
        sync(made)
    checksum.rename(sidecar(path))
    draft.rename(path)
    flush(path.parent)
    return path


def sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def remove(name: str) -> None:
    """Remove an archive and its checksum; one that is gone already is no fault."""
    path = folder() / name
    path.unlink(missing_ok=True)
    sidecar(path).unlink(missing_ok=True)
    flush(path.parent)


def sweep() -> int:
    """Remove what killed processes left behind, and return how many things that were."""
    swept = 0
    for entry in list(os.scandir(folder())):
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False) and entry.name.startswith(WORK) and is_abandoned(path):
            shutil.rmtree(path, ignore_errors=True)
            swept += 1
        elif path.suffix == ".sha256" and is_name(path.stem) and is_lonely(path):
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def is_abandoned(work: Path) -> bool:
    """Say whether nobody works in there: the lock of whoever did is gone, or was never taken in the first minute."""
    try:
        with (work / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except FileNotFoundError:
        return is_older(work, seconds=60)
    except BlockingIOError:
        return False


def is_lonely(checksum: Path) -> bool:
    return not checksum.with_name(checksum.stem).exists() and is_older(checksum, seconds=60)


def is_older(path: Path, *, seconds: float) -> bool:
    try:
        return datetime.now(UTC).timestamp() - path.stat().st_mtime > seconds
    except FileNotFoundError:
        return False


def checksum_of(path: Path) -> str:
    """Return what the checksum beside an archive says, empty when there is none."""
    try:
        return sidecar(path).read_text().split(maxsplit=1)[0]
    except (FileNotFoundError, IndexError, UnicodeDecodeError):
        return ""
