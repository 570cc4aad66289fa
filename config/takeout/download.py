"""The archive as what a browser or a program downloads."""

from django.http import StreamingHttpResponse
from django.utils import timezone

from config.takeout import archive
from workflow.actor import Actor


def download(by: Actor) -> StreamingHttpResponse:
    response = StreamingHttpResponse(archive.leave(by=by), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="vakhta-{timezone.localdate():%Y-%m-%d}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response
