"""The way back: a proven archive becomes the database and the files, or nothing changes at all."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files import File
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.models import User
from attachments import storage
from attachments.streams import CHUNK
from monitoring.backups import archive, encryption, engines, folder
from monitoring.backups.archive import Manifest
from monitoring.backups.faults import Damaged, Fault
from monitoring.backups.progress import Report, silent
from monitoring.models import Backup
from workflow import triggers
from workflow.actor import Actor, Channel
from workflow.models import Event

UNKNOWN_SHOWN = 5


@dataclass
class Summary:
    """What a restore brought back, for whoever did it."""

    manifest: Manifest
    files: int = 0
    files_there: int = 0
    migrated: list[str] = field(default_factory=list)
    same_key: bool = True
    seconds: float = 0


@contextmanager
def opened(path: Path, key: Path | None, report: Report) -> Iterator[Path]:
    """Give a plain archive, decrypted for as long as needed if it is not. Raises Fault, Damaged."""
    if not path.is_file():
        raise Fault(f"{path} is not there.")
    known = folder.checksum_of(path)
    if known and known != digest_of(path, report):
        raise Damaged("Its checksum differs from the one beside it: some of its bytes were changed or are missing.")
    if path.suffix != encryption.SUFFIX:
        yield path
        return
    if key is None:
        raise Fault("The archive is encrypted: give the file with the private key, --identity key.txt.")
    with folder.workshop() as work:
        clear = work / "archive.tar"
        encryption.decrypt(path, clear, key, report)
        yield clear


def digest_of(path: Path, report: Report) -> str:
    total = path.stat().st_size
    with path.open("rb") as file:
        whole = archive.Hashed(file)
        while whole.read(CHUNK):
            report(Backup.Phase.VERIFYING, whole.count, total)
    return whole.digest.hexdigest()


def verify_file(path: Path, key: Path | None, report: Report) -> archive.Contents:
    """Prove an archive wherever it stands, without the database of this installation. Raises Damaged, Fault."""
    with opened(path, key, report) as plain:
        return archive.verify(plain, report)


def expect_fit(manifest: Manifest) -> None:
    """Raise Fault for an archive that this code or this database cannot take in."""
    engines.expect_same_engine(manifest.engine)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        shown = ", ".join(unknown[:UNKNOWN_SHOWN])
        raise Fault(
            f"The archive is newer than this code (version {manifest.application_version}, here {settings.VERSION}):"
            f" {len(unknown)} migrations are unknown here, {shown}. Install that version first."
        )


def restore(
    path: Path, *, key: Path | None = None, report: Report, may_replace: Callable[[Manifest], bool] = lambda _m: False
) -> Summary:
    """Bring back database and files. Raises Damaged, Fault; then the database is as it was before.

    `may_replace` is asked when the database is not empty.
    """
    start = time.monotonic()
    engines.engine().expect_ready()
    with opened(path, key, report) as plain, reachable_storage():
        contents = archive.verify(plain, report)
        expect_fit(contents.manifest)
        if not engines.engine().is_empty():
            if not may_replace(contents.manifest):
                raise Fault("The database is not empty. Nothing was changed.")
            engines.engine().expect_alone()
        summary = Summary(contents.manifest)
        summary.same_key = contents.manifest.key_mark == archive.key_mark(settings.SECRET_KEY)
        with folder.workshop() as work:
            dump = bring_files(plain, contents, summary, work, report)
            engines.engine().restore(dump, report)
    bring_up_to_date(summary)
    settle(path.name, contents.manifest)
    summary.seconds = time.monotonic() - start
    return summary


@contextmanager
def reachable_storage() -> Iterator[None]:
    """The files come before the rows: where they find no place the database is as it was."""
    try:
        yield
    except storage.NoRoom as error:
        raise Fault("The storage of the attached files is full. The database was not changed.") from error
    except storage.Unreachable as error:
        said = "The storage of the attached files refuses or does not answer. The database was not changed."
        raise Fault(said) from error


def bring_files(plain: Path, contents: archive.Contents, summary: Summary, work: Path, report: Report) -> Path:
    """Put the files into their storages, before any row names them, and return where the database was unpacked."""
    manifest, dump = contents.manifest, work / contents.manifest.database
    places = {"attachments": storage.received(), "previews": storage.previews()}
    done = 0
    for name, content in archive.members(plain, silent):
        if name == manifest.database:
            write(content, dump)
        elif name.startswith("files/"):
            _files, place, stored_name = name.split("/", 2)
            bring(places[place], stored_name, content, work, summary)
            done += 1
            report(Backup.Phase.FILES, done, contents.files)
    return dump


def write(content: Any, target: Path) -> str:
    source = archive.Hashed(content)
    with target.open("wb") as out:
        while chunk := source.read(CHUNK):
            out.write(chunk)
    return source.digest.hexdigest()


def bring(kept: storage.Kept, name: str, content: Any, work: Path, summary: Summary) -> None:
    """Put one file in its place unless the same stands there."""
    copy = work / "file"
    digest = write(content, copy)
    summary.files += 1
    if stored_digest(kept, name) == digest:
        summary.files_there += 1
        return
    for left in (name, f"{name}.part"):  # what an earlier try that was killed may have left
        kept.delete(left)
    with copy.open("rb") as file:
        kept.save(name, File(file, name=name))


def stored_digest(kept: storage.Kept, name: str) -> str:
    if not kept.exists(name):
        return ""
    with kept.open(name) as file:
        source = archive.Hashed(file)
        while source.read(CHUNK):
            pass
    return source.digest.hexdigest()


def bring_up_to_date(summary: Summary) -> None:
    """Migrate what is older than the code, put sequences behind the highest keys, guard the timeline again."""
    before = set(summary.manifest.migrations)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        summary.migrated = sorted({f"{app}.{name}" for app, name in cursor.fetchall()} - before)
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)
    triggers.install(connection)


def settle(name: str, manifest: Manifest) -> None:
    """End what was under way when the archive was made, and write into the timeline that it was brought back."""
    by = Actor(User.objects.system(), Channel.COMMAND)
    Backup.objects.filter(state=Backup.State.RUNNING).update(
        state=Backup.State.FAILED, error="It was being made when the restored archive was.", lease_until=None, phase=""
    )
    Backup.objects.filter(lease_until__isnull=False).update(lease_until=None, phase="")
    after = {"file": name, "as_of": manifest.created_at, "rows": manifest.rows, "files": manifest.files}
    Event.record(by.user, by=by, verb="backup-restore", after=after)
