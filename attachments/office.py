"""Office documents told by what is inside: Open XML in a ZIP archive, older ones in a compound file."""

import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from attachments.streams import chunks, count

ZIP_START = b"PK\x03\x04"
COMPOUND_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOC, XLS = "application/msword", "application/vnd.ms-excel"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MEMBERS = 5_000
UNPACKED = 500 * 1024 * 1024  # bytes that the members say they hold together
CONTENTS = "[Content_Types].xml"
CONTENTS_LIMIT = 1024 * 1024
MAIN_PARTS = {DOCX: f"{DOCX}.main+xml".encode(), XLSX: f"{XLSX}.main+xml".encode()}
MACROS = "vbaproject.bin"
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, KeyError)

ENTRY = 128  # bytes of a directory entry of a compound file, and what it is aligned to
STREAMS = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS}
ENCRYPTED = "EncryptedPackage"


def open_xml(file: BinaryIO) -> set[str]:
    """Return what the archive says it is: DOCX, XLSX, or nothing known. Raises ValidationError for a bomb."""
    if count(file, b"PK\x01\x02") > MEMBERS:  # before the directory is read into memory
        raise too_large()
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED:
                raise too_large()
            return main_parts(archive)
    except BROKEN:
        return set()


def main_parts(archive: zipfile.ZipFile) -> set[str]:
    if any(name.lower().endswith(MACROS) for name in archive.namelist()):
        return set()
    with archive.open(CONTENTS) as member:
        contents = member.read(CONTENTS_LIMIT)
    return {kind for kind, part in MAIN_PARTS.items() if part in contents}


def compound(file: BinaryIO) -> set[str]:
    """Return what the streams of a compound file tell; several where one document is embedded in another."""
    names = set(entries(file, [*STREAMS, ENCRYPTED]))
    if ENCRYPTED in names:
        raise ValidationError(
            _("The document is protected by a password, so its content cannot be checked. Attach it unprotected."),
            code="encrypted",
        )
    return {STREAMS[name] for name in names}


def entries(file: BinaryIO, wanted: list[str]) -> Iterator[str]:
    """Yield those of the `wanted` names under which the directory has a stream."""
    heads = {name: f"{name}\0".encode("utf-16-le") for name in wanted}
    for chunk in chunks(file):
        for name, head in heads.items():
            at = chunk.find(head)
            while at >= 0:
                if at % ENTRY == 0 and chunk[at + 64 : at + 67] == bytes([len(head), 0, 2]):
                    yield name
                at = chunk.find(head, at + 1)


def too_large() -> ValidationError:
    return ValidationError(
        _("Unpacked it would be too large. Attach its parts as files of their own."), code="archive_too_large"
    )
