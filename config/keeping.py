"""Whether what this installation stores can be kept and brought back: programs, rights, keys and buckets."""

from collections.abc import Callable, Iterator
from io import BytesIO
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages

from attachments.storage import NoRoom, Unreachable
from config.finding import ILL, WELL, Finding
from monitoring.backups import encryption, engines
from monitoring.backups.faults import FAILURES, words_of

BUCKETS = {"attachments": "S3_BUCKET", "backups": "BACKUP_S3_BUCKET"}


def tools(name: str) -> Iterator[Finding]:
    """Everything that a backup and its rehearsal need."""
    needs: dict[Callable[[], None], str] = {
        engines.engine().expect_ready: "Without it there are no backups.",
        engines.engine().expect_able_to_rehearse: "Without it no restore is rehearsed.",
        encryption.expect_key: "Without it there are no backups; age-keygen prints one.",
    }
    faults = 0
    for expect, cure in needs.items():
        try:
            expect()
        except FAILURES as error:
            faults += 1
            yield Finding(ILL, name, words_of(error), cure)
    if not faults:
        yield Finding(WELL, name, f"can be made{' and encrypted' if encryption.is_wanted() else ''}, and rehearsed")


def buckets(name: str) -> Iterator[Finding]:
    """Put something small into each bucket and take it away again."""
    wanted = [place for place, setting in BUCKETS.items() if getattr(settings, setting)]
    for place in wanted:
        try:
            stored = storages[place].save(f"doctor-{uuid4().hex}", File(BytesIO(b"well")))
            storages[place].delete(stored)
        except (NoRoom, Unreachable) as error:
            words = "is full" if isinstance(error, NoRoom) else "refuses or does not answer"
            cure = f"See {BUCKETS[place]} and what belongs to it in .env.template."
            yield Finding(ILL, name, f"the bucket of {place} {words}.", cure)
        else:
            yield Finding(WELL, name, f"the bucket of {place} takes and gives")
    if not wanted:
        yield Finding(WELL, name, "files and backups are kept on the local disk")
