"""Making an archive: the database first, then the files that its rows name, then proof, then a name."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from attachments import storage
from attachments.streams import CHUNK
from monitoring.backups import archive, encryption, engines, folder, rehearsal
from monitoring.backups.archive import Manifest
from monitoring.backups.faults import FAILURES, Damaged, Fault, LeaseLost, words_of
from monitoring.backups.progress import Report
from monitoring.models import Backup

logger = logging.getLogger(__name__)
IN_MEMORY = 1024 * 1024  # bytes of a file; larger ones wait on the disk
LOST_SHOWN = 20


@dataclass(frozen=True)
class Made:
    """A finished archive."""

    name: str
    taken_at: datetime
    size: int
    sha256: str
    manifest: Manifest
    lost: int
    rehearsal: str | None  # what a rehearsal complained of; None where there was none


def unannounced(name: str) -> None:
    """Tell nobody how the archive will be called."""


def make(report: Report, named: Callable[[str], None] = unannounced, *, rehearse: bool = False) -> Made:
    """Write an archive, prove it and give it its name; whatever fails leaves nothing behind. Raises Fault, OSError.

    `named` hears the name before the file has it. `rehearse` brings an archive back once before it is encrypted:
    afterwards only the holder of the key could.
    """
    engines.engine().expect_ready()
    encrypted = encryption.is_wanted()
    with folder.workshop() as work:
        draft, at, manifest, lost = written(work, report)
        prove(draft, manifest, lost, report)
        complaint = rehearsed(draft, work, report) if rehearse and encrypted else None
        if encrypted:
            sealed = work / "archive.tar.age"
            encryption.encrypt(draft, sealed, report)
            draft.unlink()
            draft = sealed
        digest, size = digest_of(draft, report), draft.stat().st_size
        name = folder.new_name(at, encrypted=encrypted)
        named(name)
        folder.publish(draft, name, digest)
    return Made(name, at, size, digest, manifest, lost, complaint)


def rehearsed(draft: Path, work: Path, report: Report) -> str:
    """Bring a plain archive back, and return what kept it from being tried. Raises Damaged where it came back wrong."""
    try:
        rehearsal.rehearse(draft, work, report)
    except (Damaged, LeaseLost):
        raise
    except FAILURES as error:
        return words_of(error)
    return ""


def written(work: Path, report: Report) -> tuple[Path, datetime, Manifest, int]:
    """Write the archive and return its path, its moment, its manifest and how many files were gone."""
    draft, wanted = work / "archive.tar", work / "files"
    with engines.engine().snapshot(work, report) as shot:
        at = timezone.now()
        count = noted(shot.files(), wanted)
        manifest = described(shot, at, count)
        dump = shot.dump(work, report)
    with (
        draft.open("xb") as target,
        (work / "sums").open("w+b") as sums,
        archive.Writer(target, sums, at) as writer,
    ):
        writer.add_manifest(manifest)
        writer.add_path(manifest.database, dump)
        dump.unlink()
        lost = add_files(writer, wanted, count, report)
        writer.seal()
    folder.sync(draft)
    return draft, at, manifest, lost


def described(shot: Any, at: datetime, count: int) -> Manifest:
    return archive.new_manifest(
        at,
        application_version=settings.VERSION,
        engine=connection.vendor,
        database=shot.member,
        migrations=shot.migrations(),
        tables=shot.tables(),
        files=count,
        key_mark=archive.key_mark(settings.SECRET_KEY),
    )


def noted(rows: Iterator[tuple[str, str, str]], target: Path) -> int:
    """Note which bytes the rows name, one a line, and return how many; the snapshot need not stay open for them."""
    count = 0
    with target.open("w") as out:
        for stored_name, preview_name, sha256 in rows:
            out.write(f"attachments {stored_name} {sha256}\n")
            count += 1
            if preview_name:
                out.write(f"previews {preview_name}\n")
                count += 1
    return count


def add_files(writer: archive.Writer, wanted: Path, count: int, report: Report) -> int:
    """Add the bytes of every file and return how many were gone or no longer what was received."""
    places = {"attachments": storage.received(), "previews": storage.previews()}
    lost: list[str] = []
    missing = 0
    with wanted.open() as lines:
        for done, line in enumerate(lines):
            place, name, *sha256 = line.split()
            if not add_file(writer, f"files/{place}/{name}", places[place], name, "".join(sha256)):
                missing += 1
                lost += [f"{place}/{name}"] if len(lost) < LOST_SHOWN else []
            report(Backup.Phase.FILES, done, count)
    if missing:
        logger.error("backup: the bytes of %s files are gone or changed, among them %s", missing, ", ".join(lost))
    return missing


def add_file(writer: archive.Writer, member: str, kept: storage.Kept, name: str, sha256: str) -> bool:
    """Add the bytes of one file; False where they are gone or differ from what was received."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
        try:
            with kept.open(name) as content:
                found = copied(content, copy)
        except FileNotFoundError:
            return False
        except storage.Unreachable as error:
            raise Fault(_("The storage of the attached files refuses or does not answer.")) from error
        size = copy.tell()
        copy.seek(0)
        writer.add(member, copy, size)
    return not sha256 or found == sha256


def copied(source: Any, target: Any) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def prove(draft: Path, manifest: Manifest, lost: int, report: Report) -> None:
    """Open it again and compare all of it, then let the database's own tools read it. Raises Damaged."""
    found = archive.verify(draft, report)
    if found.manifest != manifest or manifest.files - found.files > lost:
        raise Fault(
            _("The archive does not hold what was put into it: the disk or the memory of this machine is at fault.")
        )
    with rehearsal.dump_of(draft, report) as dump:
        engines.engine().expect_readable(dump, report)


def digest_of(path: Path, report: Report) -> str:
    """Return the SHA-256 of a file as it stands on the disk."""
    total = path.stat().st_size
    with path.open("rb") as file:
        whole = archive.Hashed(file)
        while whole.read(CHUNK):
            report(Backup.Phase.VERIFYING, whole.count, total)
    return whole.digest.hexdigest()
