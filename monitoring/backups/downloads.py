"""An archive on its way out: streamed, never kept by anybody in between."""

from django.http import FileResponse

from attachments.downloads import guarded
from monitoring.backups import services
from monitoring.models import Backup
from workflow.actor import Actor


def download(backup: Backup, *, by: Actor) -> FileResponse:
    """Raises Conflict when there is no file."""
    file = services.download(backup, by=by)
    response = FileResponse(
        file, as_attachment=True, filename=backup.name or "", content_type="application/octet-stream"
    )
    return guarded(response, f'"{backup.sha256}"', "private, no-store")
