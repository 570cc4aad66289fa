"""What the environment may ask of attachments."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from attachments.content import CONTENT_TYPES

SMALLEST = 1024


def check_types(**kwargs: Any) -> list[CheckMessage]:
    """Report types that cannot be told by their content, and a size that was hardly meant in bytes."""
    known = ", ".join(CONTENT_TYPES)
    found: list[CheckMessage] = [
        Error(f"FILE_TYPE_DOWNLOAD: {name!r} cannot be recognised.", hint=f"Known: {known}.", id="attachments.E001")
        for name in settings.FILE_TYPE_DOWNLOAD
        if name not in CONTENT_TYPES
    ]
    if settings.MAX_FILE_SIZE_DOWNLOAD < SMALLEST:
        hint = "It is counted in bytes: 10485760 for 10 MB."
        found.append(Error("MAX_FILE_SIZE_DOWNLOAD is too small for any file.", hint=hint, id="attachments.E002"))
    return found
