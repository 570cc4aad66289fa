"""What a file is, told by its bytes; its name must agree."""

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from attachments import names, office
from attachments.streams import chunks

# All that can be recognised: FILE_TYPE_DOWNLOAD chooses among these.
CONTENT_TYPES = {
    "csv": "text/csv",
    "doc": office.DOC,
    "docx": office.DOCX,
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "webp": "image/webp",
    "xls": office.XLS,
    "xlsx": office.XLSX,
}
IMAGES = {"image/gif", "image/jpeg", "image/png", "image/webp"}
TEXT = {"text/plain", "text/csv"}
BY_HEAD = {"application/pdf": "application/pdf", "image/apng": "image/png", **{image: image for image in IMAGES}}
HEAD = 8192

# Neither is text that somebody wrote down: control characters, and markup or a program's mark at the start.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
MARKUP = re.compile(r"(\ufeff|п»ї)?\s*(<[a-z!?/%]|\{\\rtf|%pdf|%!ps)", re.IGNORECASE)


def content_type(file: BinaryIO, name: str) -> str:
    """Return the type of `file`. Raises ValidationError unless name and bytes agree on one that is allowed."""
    wanted = names.extension(name)
    if wanted not in settings.FILE_TYPE_DOWNLOAD:
        allowed = ", ".join(settings.FILE_TYPE_DOWNLOAD)
        raise ValidationError(_("This type is not allowed. Allowed: %(allowed)s.") % {"allowed": allowed}, code="type")
    if hidden := names.hidden_extension(name):
        text = _("The name hides another extension: .%(hidden)s. Rename the file.") % {"hidden": hidden}
        raise ValidationError(text, code="hidden_extension")
    if CONTENT_TYPES[wanted] not in recognised(file):
        text = _("The content is not what the name says: .%(extension)s. Attach the original file.") % {
            "extension": wanted
        }
        raise ValidationError(text, code="content")
    return CONTENT_TYPES[wanted]


def recognised(file: BinaryIO) -> set[str]:
    """Return the types that the bytes can be, most often one; none for what is unknown."""
    file.seek(0)
    head = file.read(HEAD)
    guess = filetype.guess_mime(head)
    if guess in BY_HEAD:
        return {BY_HEAD[guess]}
    if head.startswith(office.ZIP_START):
        return office.open_xml(file)
    if head.startswith(office.COMPOUND_START):
        return office.compound(file)
    return TEXT if is_text(file) else set()


def is_text(file: BinaryIO) -> bool:
    """Say whether the bytes are UTF-8 or, failing that, Windows-1251, with nothing but text in them."""
    encoding = next((encoding for encoding in ("utf-8", "cp1251") if decodes(file, encoding)), None)
    if encoding is None:
        return False
    texts = decoded(file, encoding)
    first = next(texts)
    return not MARKUP.match(first) and not any(CONTROL.search(text) for text in chain([first], texts))


def decodes(file: BinaryIO, encoding: str) -> bool:
    try:
        for _text in decoded(file, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for chunk in chain(chunks(file), [b""]):
        yield decoder.decode(chunk, final=not chunk)
