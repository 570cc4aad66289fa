"""How bytes leave: as downloads that no browser renders; images are shown as re-encoded previews only."""

import logging
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import content_disposition_header, parse_etags
from django.utils.translation import gettext as _

from attachments import storage
from attachments.images import PREVIEW_TYPE
from attachments.models import File
from attachments.storage import Kept

logger = logging.getLogger(__name__)
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def download(request: HttpRequest, file: File) -> HttpResponseBase:
    """Answer with the bytes as received; behind a proxy that knows the folder, with where it finds them."""
    tag = f'"{file.sha256}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return guarded(HttpResponseNotModified(), tag, "private, no-store")
    if settings.X_ACCEL_REDIRECT:
        response: HttpResponseBase = HttpResponse(content_type=file.content_type)
        response["X-Accel-Redirect"] = f"{settings.X_ACCEL_REDIRECT.rstrip('/')}/{file.stored_name}"
    else:
        response = FileResponse(opened(storage.received(), file.stored_name), content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    return guarded(response, tag, "private, no-store")


def preview(request: HttpRequest, file: File) -> HttpResponseBase:
    """Answer with the small image that was made of the received one. Raises Http404 where there is none."""
    if not file.has_preview:
        raise Http404
    tag = f'"{file.sha256}-preview"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        return guarded(HttpResponseNotModified(), tag, "private, no-cache")
    response = FileResponse(opened(storage.previews(), file.preview_name), content_type=PREVIEW_TYPE)
    response["Content-Disposition"] = content_disposition_header(False, f"{file.name}.webp") or "inline"
    return guarded(response, tag, "private, no-cache")


def opened(kept: Kept, name: str) -> Any:
    try:
        return kept.open(name)
    except FileNotFoundError as error:
        logger.error("The bytes of %s are missing from the storage", name)
        raise Http404(_("The file is missing from the storage. An administrator was told.")) from error


def guarded[Response: HttpResponseBase](response: Response, tag: str, cache: str) -> Response:
    response["ETag"] = tag
    response["Cache-Control"] = cache
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
