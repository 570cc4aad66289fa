"""How the bytes of a request arrive: refused when they are too many, given up calmly when the disk is full."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser

from workflow.middleware import refusal
from workflow.parsers import BodyTooLarge

logger = logging.getLogger(__name__)
CHUNK = 64 * 1024


class LostUpload(UploadedFile):
    """A file that arrived and could not be put aside: there was no room for it."""


class SpareUploadHandler(TemporaryFileUploadHandler):
    """Puts large files aside on the disk; a full disk loses the file, not the request."""

    lost = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.lost = False
        with self.losing():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.lost:
            with self.losing():
                self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        complete = None
        if not self.lost:
            with self.losing():
                complete = super().file_complete(file_size)
        return LostUpload(name=self.file_name, size=file_size) if self.lost else complete

    @contextmanager
    def losing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            logger.error("An upload cannot be put aside: %s", error)
            self.lost = True
            with suppress(OSError, AttributeError):
                self.file.close()


class UploadParser(MultiPartParser):
    """multipart/form-data; what it refuses comes in the one error shape."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except TooManyFilesSent as error:
            raise ParseError(
                _("More than %(limit)s files at once. Attach them in parts.") % {"limit": settings.FILES_PER_REQUEST},
                code="too_many",
            ) from error
        except TooManyFieldsSent as error:
            raise ParseError(_("Too many fields in the form.")) from error
        except RequestDataTooBig as error:
            raise BodyTooLarge from error


class BodyLimitMiddleware:
    """Refuses a body that announces more bytes than all files of one request may have."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if announced(request) <= settings.BODY_LIMIT:
            return self.get_response(request)
        drain(request)
        return refusal(request, 413, "too_large", _("Too large: send fewer or smaller files at once."))


def announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() else 0


def drain(request: HttpRequest) -> None:
    """Read on for as much again, so that a browser gets to the answer instead of a broken connection."""
    with suppress(OSError):
        left = settings.BODY_LIMIT * 2
        while left > 0 and (chunk := request.read(CHUNK)):
            left -= len(chunk)
