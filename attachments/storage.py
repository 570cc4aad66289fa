"""Where bytes are kept: a file stands under its name whole and flushed to the disk, or not at all."""

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.core.files.storage import FileSystemStorage, storages

logger = logging.getLogger(__name__)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NoRoom(Exception):
    """The storage is full."""


class Unreachable(Exception):
    """The storage does not answer."""


class Stored(NamedTuple):
    """A file as the storage has it."""

    name: str
    size: int
    modified_at: datetime


class Kept(Protocol):
    """What this app asks of a storage. Each method may raise Unreachable, `save` also NoRoom."""

    def save(self, name: str, content: Any) -> str: ...
    def open(self, name: str) -> Any: ...
    def delete(self, name: str) -> None: ...
    def exists(self, name: str) -> bool: ...
    def walk(self) -> Iterator[Stored]: ...


def received() -> Kept:
    """The bytes as they came, kept as evidence."""
    return storages["attachments"]  # type: ignore[return-value]


def previews() -> Kept:
    return storages["previews"]  # type: ignore[return-value]


class LocalStorage(FileSystemStorage):
    """A folder on the local disk that no web server serves."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        draft = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(draft, content)
            draft.rename(path)
            flush(path.parent)
            flush(path.parent.parent)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            logger.error("A file cannot be written: %s", error)
            raise (NoRoom if error.errno in NO_ROOM else Unreachable) from error
        return name

    def walk(self) -> Iterator[Stored]:
        for folder, _folders, names in os.walk(self.location):
            for name in names:
                path = Path(folder, name)
                with suppress(FileNotFoundError):  # renamed or removed meanwhile
                    found = path.stat()
                    modified_at = datetime.fromtimestamp(found.st_mtime, UTC)
                    yield Stored(path.relative_to(self.location).as_posix(), found.st_size, modified_at)


def write(path: Path, content: Any) -> None:
    with path.open("xb") as file:
        for chunk in content.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def flush(folder: Path) -> None:
    """Make the names in `folder` survive a power cut as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
