"""Several files as one ZIP, written while it is sent: no copy on the disk, none in memory."""

import zipfile
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from attachments import names, storage
from attachments.content import TEXT
from attachments.downloads import SANDBOX
from attachments.models import File
from attachments.office import DOC, XLS
from attachments.streams import CHUNK

LOOSE = {*TEXT, DOC, XLS}  # the other types are compressed in themselves
EARLIEST = (1980, 1, 1, 0, 0, 0)  # ZIP knows no earlier time


class Outlet:
    """What `zipfile` writes into and the answer takes from; it only goes forward."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here: `taken` hands out all there is."""

    def taken(self) -> bytes:
        data, self.pieces = b"".join(self.pieces), []
        return data


def archive(name: str, files: Iterable[File]) -> StreamingHttpResponse:
    """Answer with `files` as `name`.zip."""
    response = StreamingHttpResponse(pieces(list(files)), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


def pieces(files: list[File]) -> Iterator[bytes]:
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as target:  # type: ignore[call-overload]
        for name, file in zip(names.in_archive(file.name for file in files), files, strict=True):
            for _chunk in copied(file, name, target):
                yield outlet.taken()
    yield outlet.taken()


def copied(file: File, name: str, target: zipfile.ZipFile) -> Iterator[None]:
    """Write one member piece by piece; a file whose bytes are missing leaves a note in its place."""
    try:
        source = storage.received().open(file.stored_name)
    except FileNotFoundError:
        target.writestr(f"{name}.missing.txt", _("The file is missing from the storage."))
        return
    with source, target.open(member(file, name), "w") as out:
        while chunk := source.read(CHUNK):
            out.write(chunk)
            yield


def member(file: File, name: str) -> zipfile.ZipInfo:
    uploaded = timezone.localtime(file.uploaded_at).timetuple()[:6]
    info = zipfile.ZipInfo(name, max(uploaded, EARLIEST))
    info.compress_type = zipfile.ZIP_DEFLATED if file.content_type in LOOSE else zipfile.ZIP_STORED
    info.external_attr = 0o644 << 16
    info.file_size = file.size  # tells zipfile that no 64-bit record is needed
    return info
