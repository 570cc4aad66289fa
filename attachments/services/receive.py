"""Files come in and are attached. Raises ValidationError with one message per refused file, NoRoom or Unreachable."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.base import File as Upload
from django.db import DatabaseError, InterfaceError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from attachments import content, images, names, storage
from attachments.models import File
from attachments.storage import NoRoom, Unreachable
from attachments.streams import chunks
from attachments.uploads import LostUpload
from workflow.actor import Actor
from workflow.models import Event
from workflow.refusals import invalid

logger = logging.getLogger(__name__)


class Arrival(NamedTuple):
    """An upload that passed the checks, the row it will have, and what its image shows."""

    upload: Upload
    file: File
    picture: images.Picture | None


@contextmanager
def received(uploads: Sequence[Upload]) -> Iterator[list[File]]:
    """Check the uploads and write their bytes, all or none; yield the rows for `attach` to save.

    This happens before any transaction, so that none waits for a disk. Bytes that have no row at the end are removed
    again; where a crash or the database leaves that open, `sweep` does it a day later.
    """
    arrivals = checked(uploads)
    files = [arrival.file for arrival in arrivals]
    try:
        for arrival in arrivals:
            write(arrival)
        yield files
    except (DatabaseError, InterfaceError):
        raise  # whether the rows were committed cannot be known here
    except BaseException:
        forget(files)
        raise
    forget(files)


@transaction.atomic
def attach(subject: Any, files: Sequence[File], *, by: Actor) -> None:
    """Save received files as rows of `subject.files`, one event each; the count is judged under the subject's lock."""
    if not files:
        raise invalid("file", _("Choose at least one file."), "required")
    subject.locked()
    if subject.files.count() + len(files) > settings.FILES_PER_OBJECT:
        text = _("Here can be %(limit)s files at most.") % {"limit": settings.FILES_PER_OBJECT}
        raise invalid("file", text, "too_many")
    keep(files, held_by=subject, by=by)
    for file in files:
        Event.record(subject, by=by, verb="attach", after={"file": told(file)})
    subject.touch()


def keep(files: Sequence[File], *, held_by: Any, by: Actor) -> None:
    """Save received files as rows of `held_by.files`; the caller has judged that they may be, and records it."""
    for file in files:
        file.uploaded_by = by.user
        file.save(force_insert=True)
        held_by.files.create(file=file)


def told(file: File) -> dict[str, Any]:
    """Return what an event says about a file."""
    return {"id": str(file.pk), "name": file.name, "size": file.size}


def checked(uploads: Sequence[Upload]) -> list[Arrival]:
    """Return all uploads with what they are. Raises ValidationError with a message for each that is refused."""
    if len(uploads) > settings.FILES_PER_REQUEST:
        text = _("More than %(limit)s files at once. Attach them in parts.") % {"limit": settings.FILES_PER_REQUEST}
        raise invalid("file", text, "too_many")
    if any(isinstance(upload, LostUpload) for upload in uploads):
        raise NoRoom
    arrivals, refusals = [], []
    for upload in uploads:
        name = names.cleaned(upload.name or "")
        try:
            arrivals.append(look_at(upload, name))
        except ValidationError as error:
            refusals.append(ValidationError(f"{name or '—'}: {error.message}", code=error.code))
    if refusals:
        raise ValidationError({"file": refusals})
    return arrivals


def look_at(upload: Upload, name: str) -> Arrival:
    """Tell what an upload is. Raises ValidationError."""
    if not name:
        raise ValidationError(_("The file has no name."), code="no_name")
    if not upload.size:
        raise ValidationError(_("The file is empty."), code="empty")
    if upload.size > settings.MAX_FILE_SIZE_DOWNLOAD:
        limit = filesizeformat(settings.MAX_FILE_SIZE_DOWNLOAD)
        raise ValidationError(
            _("Larger than %(limit)s. Make it smaller or split it.") % {"limit": limit}, code="too_large"
        )
    stream = cast("BinaryIO", upload)  # reads and seeks like one
    kind = content.content_type(stream, name)
    picture = images.picture(stream, kind) if kind in content.IMAGES else None
    file = File(name=name, size=upload.size, content_type=kind, sha256=sha256(stream))
    if picture:
        file.width, file.height, file.preview_name = picture.width, picture.height, f"{file.stored_name}.webp"
    return Arrival(upload, file, picture)


def sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    for chunk in chunks(stream):
        digest.update(chunk)
    return digest.hexdigest()


def write(arrival: Arrival) -> None:
    arrival.upload.seek(0)
    storage.received().save(arrival.file.stored_name, arrival.upload)
    if arrival.picture:
        storage.previews().save(arrival.file.preview_name, ContentFile(arrival.picture.preview))
    arrival.upload.seek(0)


def forget(files: Sequence[File]) -> None:
    """Remove the bytes of those files that have no row; whatever stands in the way of that is left to `sweep`."""
    try:
        kept = set(File.objects.filter(pk__in=[file.pk for file in files]).values_list("pk", flat=True))
        for file in files:
            if file.pk not in kept:
                storage.received().delete(file.stored_name)
                storage.previews().delete(file.preview_name or file.stored_name)
    except (DatabaseError, InterfaceError, Unreachable, OSError) as error:
        logger.warning("Refused files are left to the sweep: %s", error)
