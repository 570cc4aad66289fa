"""Previews on their way out of the house, in the form that every program understands."""

import io
import logging

from PIL import Image

from attachments import storage
from attachments.models import File

logger = logging.getLogger(__name__)


def as_jpeg(key: str) -> bytes | None:
    """Return the preview of a file as JPEG; None for a file that is gone, or has none."""
    file = File.objects.filter(pk=key).exclude(preview_name="").first()
    if file is None:
        return None
    out = io.BytesIO()
    try:
        with storage.previews().open(file.preview_name) as stored, Image.open(stored, formats=["WEBP"]) as image:
            image.convert("RGB").save(out, "JPEG", quality=85)
    except FileNotFoundError:
        logger.warning("The preview of file %s is missing", file.pk)
        return None
    return out.getvalue()
