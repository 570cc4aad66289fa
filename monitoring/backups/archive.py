"""The archive: a tar of manifest, database, files and SHA256SUMS, with the SHA-256 of all of it at its very end.

Everyday tools read it: `tar xf`, then `sha256sum -c SHA256SUMS`. Whatever its size, it is written and read in pieces.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

from django.utils.translation import gettext as _

from attachments.streams import CHUNK
from monitoring.backups.faults import Damaged, Fault
from monitoring.backups.progress import Report
from monitoring.models import Backup
from workflow.fields import utc

FORMAT = 1
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
SEAL = 65  # bytes at the end: 64 hexadecimal digits and a line break
MANIFEST_LIMIT = 16 * 1024 * 1024  # bytes
FILE = re.compile(r"files/(attachments|previews)/([0-9A-Za-z_-]+/)*[0-9A-Za-z_-]+(\.[0-9a-z]+)?")


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself: `database` is the member that holds it, `tables` its rows by table."""

    created_at: str
    application_version: str
    engine: str
    database: str
    migrations: list[str]
    tables: dict[str, int]
    files: int  # that the rows name; those whose bytes are gone are not in the archive
    key_mark: str  # tells whether SECRET_KEY is the same, and nothing else
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(self.tables.values())

    def facts(self) -> dict[str, Any]:
        """Return what the row of a backup repeats of it."""
        return {
            "engine": self.engine,
            "application_version": self.application_version,
            "rows": self.rows,
            "files": self.files,
        }


@dataclass(frozen=True)
class Contents:
    """What a whole reading found."""

    manifest: Manifest
    files: int


class Hashed:
    """A stream that knows the SHA-256 of what went through it."""

    def __init__(self, stream: IO[bytes], limit: int | None = None):
        self.stream, self.left, self.count = stream, limit, 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.count += len(data)
        return self.stream.write(data)

    def read(self, size: int = -1) -> bytes:
        if self.left is not None:
            size = self.left - self.count if size < 0 else min(size, self.left - self.count)
        data = self.stream.read(size) if size else b""
        self.digest.update(data)
        self.count += len(data)
        return data


class Writer:
    """Writes the members in order, each with its line in SHA256SUMS, and seals the whole."""

    def __init__(self, target: IO[bytes], sums: IO[bytes], at: datetime):
        self.target, self.sums, self.at = target, sums, at
        self.hashed = Hashed(target)
        stream: Any = self.hashed
        self.tar: Any = tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT)  # noqa: SIM115 - closed at the end

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Add `size` bytes of `content`; OSError where there are fewer."""
        source = Hashed(content)
        self.put(name, source, size)
        self.sums.write(line_of(source, name))

    def add_path(self, name: str, path: Path) -> None:
        with path.open("rb") as content:
            self.add(name, content, path.stat().st_size)

    def add_manifest(self, manifest: Manifest) -> None:
        data = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        self.add(MANIFEST, io.BytesIO(data), len(data))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        with suppress(OSError):  # what broke it off is told already
            self.tar.close()

    def put(self, name: str, content: Any, size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, int(self.at.timestamp()), 0o600
        self.tar.addfile(info, content)
        self.tar.members.clear()  # it would remember every one of a million

    def seal(self) -> None:
        size = self.sums.tell()
        self.sums.seek(0)
        self.put(SUMS, self.sums, size)
        self.tar.close()
        self.target.write(f"{self.hashed.digest.hexdigest()}\n".encode())


def line_of(content: Hashed, name: str) -> bytes:
    return f"{content.digest.hexdigest()}  {name}\n".encode()


def key_mark(secret: str) -> str:
    return hashlib.sha256(f"vakhta.backups {secret}".encode()).hexdigest()[:12]


def verify(path: Path, report: Report) -> Contents:
    """Read the whole archive and compare every byte with what was sealed. Raises Damaged."""
    manifest, files = None, 0
    for name, content in members(path, report):
        if name == MANIFEST:
            manifest = content.read(MANIFEST_LIMIT)
        files += name.startswith("files/")
    if manifest is None:
        raise Damaged(_("It holds no manifest."))
    return Contents(manifest_of(manifest), files)  # believed only now that all of it is proven


def members(path: Path, report: Report) -> Iterator[tuple[str, Hashed]]:
    """Yield every member with its content; what was not read is read then. The end is reached by sound archives only.

    Raises Damaged at the latest after the last member: what a caller made of the earlier ones counts only then.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        whole = Hashed(file, max(0, size - SEAL))
        try:
            yield from walked(whole, lambda: report(Backup.Phase.VERIFYING, whole.count, size))
        except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
            raise Damaged(_("It is not a whole archive of this product.")) from error
        while whole.read(CHUNK):
            pass
        if file.read(SEAL + 1) != f"{whole.digest.hexdigest()}\n".encode():
            raise Damaged(_("Its checksum differs: some of its bytes were changed or are missing."))


def walked(whole: Hashed, tick: Any) -> Iterator[tuple[str, Hashed]]:
    lines, listed = hashlib.sha256(), None
    with tarfile.open(fileobj=whole, mode="r|") as tar:  # type: ignore[call-overload]
        while info := tar.next():
            tar.members.clear()
            source = tar.extractfile(info)
            if source is None or listed is not None:
                raise Damaged(_("It holds what does not belong there: %(name)s") % {"name": info.name})
            content = Hashed(source)
            if info.name != SUMS:
                expect_known(info.name)
                yield info.name, content
            while content.read(CHUNK):
                tick()
            if info.name == SUMS:
                listed = content.digest.hexdigest()
            else:
                lines.update(line_of(content, info.name))
    if listed != lines.hexdigest():
        raise Damaged(_("A file in it differs from its checksum."))


def expect_known(name: str) -> None:
    """Refuse names that could lead out of where they belong."""
    if name != MANIFEST and not re.fullmatch(r"database\.[a-z0-9.]+", name) and not FILE.fullmatch(name):
        raise Damaged(_("It holds what does not belong there: %(name)s") % {"name": name})


def manifest_of(data: bytes) -> Manifest:
    try:
        found = dict(json.loads(data))
        if found.get("format") == FORMAT:
            return Manifest(**found)
    except (ValueError, TypeError) as error:
        raise Damaged(_("Its manifest cannot be read.")) from error
    said = _("The archive is of format %(format)s, this code knows %(known)s: use a newer version.")
    raise Fault(said % {"format": found.get("format"), "known": FORMAT})


def manifest_in(path: Path) -> Manifest:
    """Read the manifest alone, which stands first; nothing of it is proven by that."""
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as tar:
            info = tar.next()
            content = tar.extractfile(info) if info else None
            if info is None or content is None or info.name != MANIFEST:
                raise Damaged(_("It does not begin with a manifest."))
            return manifest_of(content.read(MANIFEST_LIMIT))
    except (tarfile.TarError, EOFError, ValueError, TypeError) as error:
        raise Damaged(_("It is not an archive of this product.")) from error


def new_manifest(at: datetime, **facts: Any) -> Manifest:
    return Manifest(created_at=str(utc(at)), **facts)
