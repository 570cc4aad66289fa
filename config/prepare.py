"""What must stand before anything listens: folders, schema, cache table, words, static files, the first admin."""

import fcntl
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from accounts import bootstrap
from config import catalogue
from config.start import refuse_unfit
from monitoring.services import ensure_default_group
from suspensions.services import dictionaries

LOCK = 0x76616B687461  # "vakhta", for PostgreSQL's advisory locks


def prepare() -> str | None:
    """Bring everything up to date, harmless when it is; return the first administrator's password if there was none."""
    refuse_unfit()
    make_folders()
    try:
        with one_at_a_time():
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            renew_files()
            dictionaries.first_start()
            ensure_default_group()
            return bootstrap.first_admin()
    except DatabaseError as error:
        raise CommandError(f"The database cannot be used: {' '.join(str(error).split())}") from error


def renew_files() -> None:
    """Prepare the files beside the program, which may belong to somebody else who has to be asked then."""
    try:
        prepare_files()
    except OSError as error:
        raise CommandError(
            f"{error.filename or settings.BASE_DIR} cannot be written: {error.strerror}. "
            "Whoever owns this folder runs: manage.py prepare --files"
        ) from error


def prepare_files() -> None:
    """What needs no database, and is part of an image."""
    if catalogue.is_stale():
        catalogue.compile_catalogue()
    collect_static()


def run_dir() -> Path:
    """Where the running processes leave their numbers."""
    return settings.DATA_DIR / "run"


def make_folders() -> None:
    folders = [settings.DATA_DIR, run_dir(), Path(settings.MEDIA_ROOT)]
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    folders += [
        Path(str(options[name])) for name in ("data_folder_in", "data_folder_out", "control_folder") if name in options
    ]
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise CommandError(
                f"The folder {folder} cannot be written: {error.strerror}. Set DATA_DIR to another."
            ) from error


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one of several starting processes prepare the database, the others after it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    else:
        with locked(run_dir() / "prepare.lock"):
            yield


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # ends with the file
        yield


def collect_static() -> None:
    """Collect the static files if any of them changed since the last time, for all installations of this folder."""
    stamp, now = Path(settings.STATIC_ROOT) / ".collected", static_fingerprint()
    if has(stamp, now):
        return
    lock = settings.BASE_DIR / "build" / "static.lock"
    lock.parent.mkdir(exist_ok=True)
    with locked(lock):
        if not has(stamp, now):  # another installation may have been quicker
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            stamp.write_text(now)


def has(stamp: Path, text: str) -> bool:
    return stamp.exists() and stamp.read_text() == text


def static_fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            with storage.open(name) as file:
                digest.update(f"{name}\n".encode() + file.read())
    return digest.hexdigest()
