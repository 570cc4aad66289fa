"""What lost its other half: bytes without a row, left by a crash, and rows whose bytes are gone."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attachments import owners, storage
from attachments.models import File
from workflow.actor import Actor
from workflow.models import Event
from workflow.refusals import invalid

logger = logging.getLogger(__name__)
ARRIVING = timedelta(hours=1)  # bytes are written before their row: younger ones may still get it
FORGOTTEN = timedelta(days=1)  # what `sweep` removes without asking
SUSPICIOUS = 100  # so many orphans, and more than there are rows: rather the wrong database than a crash


class LooseBytes(NamedTuple):
    """Bytes in the storage `place` (a key of PLACES) that no row knows."""

    place: str
    name: str
    size: int
    modified_at: datetime

    @property
    def key(self) -> str:
        return f"{self.place}/{self.name}"

    def is_arriving(self) -> bool:
        return not self.is_older_than(ARRIVING, timezone.now())

    def is_older_than(self, age: timedelta, at: datetime) -> bool:
        return self.modified_at <= at - age


class Survey(NamedTuple):
    """All orphans at one moment."""

    bytes_without_row: list[LooseBytes]
    rows_without_bytes: list[File]


PLACES = {"attachments": ("stored_name", storage.received), "previews": ("preview_name", storage.previews)}


def survey() -> Survey:
    """Compare the storage with the rows; these are read first, so that what arrives meanwhile never seems lost."""
    known = {place: names_in(field) for place, (field, _storage) in PLACES.items()}
    found = {place: {item.name: item for item in kept().walk()} for place, (_field, kept) in PLACES.items()}
    loose = [
        LooseBytes(place, *item)
        for place, items in found.items()
        for name, item in items.items()
        if name not in known[place]
    ]
    lost = known["attachments"] - found["attachments"].keys()
    return Survey(loose, list(File.objects.filter(stored_name__in=lost).for_list()))


def names_in(field: str) -> set[str]:
    return set(File.objects.exclude(**{field: ""}).values_list(field, flat=True))


def sweep(*, at: datetime) -> int:
    """Remove the bytes that have had no row for a day before `at` and return how many."""
    loose = [item for item in survey().bytes_without_row if item.is_older_than(FORGOTTEN, at)]
    if len(loose) > max(SUSPICIOUS, File.objects.count()):
        logger.error("%s files have no row: is this the right database? Nothing is removed.", len(loose))
        return 0
    return remove_bytes(loose, at=at)


def remove(*, by: Actor, note: str, keys: Collection[str] = (), files: Collection[UUID] = ()) -> tuple[int, int]:
    """Remove chosen orphans for a reason; return how many bytes without a row and rows without bytes went.

    What is no orphan any more is spared. The actor's own timeline keeps what they did.
    """
    found = survey()
    rows = remove_rows([file for file in found.rows_without_bytes if file.pk in files], by=by, note=note)
    loose = [item for item in found.bytes_without_row if item.key in keys]
    gone = remove_bytes(loose, at=timezone.now())
    if gone or rows:
        after = {"bytes_without_row": gone, "rows_without_bytes": rows}
        Event.record(by.user, by=by, verb="remove-orphans", after=after, note=note)
    return gone, rows


def remove_bytes(chosen: Iterable[LooseBytes], *, at: datetime) -> int:
    """Remove bytes that still have no row and are not just arriving; return how many."""
    removed = 0
    for item in chosen:
        field, kept = PLACES[item.place]
        if item.is_older_than(ARRIVING, at) and not File.objects.filter(**{field: item.name}).exists():
            kept().delete(item.name)
            logger.warning("Removed bytes without a row: %s, %s bytes", item.key, item.size)
            removed += 1
    return removed


def remove_rows(chosen: Iterable[File], *, by: Actor, note: str) -> int:
    """Remove rows whose bytes are gone, for a reason that their objects' timelines keep; return how many."""
    if not note.strip():
        raise invalid("note", _("Say why."), "required")
    chosen = list(chosen)
    if chosen and next(storage.received().walk(), None) is None:
        raise ValidationError(_("The storage holds no file at all: is it the right one? Nothing is removed."))
    lost = [file for file in chosen if not storage.received().exists(file.stored_name)]
    for file in lost:
        remove_row(file, by=by, note=note)
    return len(lost)


@transaction.atomic
def remove_row(file: File, *, by: Actor, note: str) -> None:
    before = {"file": {"id": str(file.pk), "name": file.name, "size": file.size}}
    for rows in owners.all_rows():
        for row in rows.filter(file=file):
            Event.record(row.subject, by=by, verb="detach", before=before, note=note)
            row.subject.touch()
            row.delete()
    file.delete()
