"""Images: their size within limits, and a re-encoded preview, the only form in which a browser shows one."""

import io
from dataclasses import dataclass
from threading import Lock
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from attachments.streams import count

FORMATS = {"image/gif": "GIF", "image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
SIDE = 1280  # pixels of a preview's longer side at most
PREVIEW_TYPE = "image/webp"
SCANS = 100  # passes over one JPEG; real ones have about ten, each costs a decoding of all pixels
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

decoding = Lock()  # one image at a time: together they would take the memory of the machine


@dataclass(frozen=True)
class Picture:
    """Width and height in pixels as received, and the bytes of the preview."""

    width: int
    height: int
    preview: bytes


def picture(file: BinaryIO, content_type: str) -> Picture:
    """Decode an image of a known type. Raises ValidationError for what is damaged or has too many pixels."""
    if content_type == "image/jpeg" and count(file, b"\xff\xda") > SCANS:
        raise damaged()
    file.seek(0)
    try:
        with decoding, Image.open(file, formats=[FORMATS[content_type]]) as image:
            width, height = image.size
            if width * height > settings.IMAGE_PIXEL_LIMIT:
                raise too_many_pixels()
            return Picture(width, height, preview(image))
    except BOMBS as error:
        raise too_many_pixels() from error
    except ValidationError:
        raise
    except Exception as error:  # the decoders raise whatever the broken bytes lead them to
        raise damaged() from error


def preview(image: Image.Image) -> bytes:
    """Return the first frame, upright, small, and without anything that came beside the pixels."""
    if image.mode not in {"RGB", "RGBA", "L", "YCbCr", "CMYK"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((SIDE, SIDE))
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=80)
    return out.getvalue()


def too_many_pixels() -> ValidationError:
    millions = settings.IMAGE_PIXEL_LIMIT // 1_000_000
    return ValidationError(
        _("The image has more than %(millions)s million pixels. Make it smaller.") % {"millions": millions},
        code="too_many_pixels",
    )


def damaged() -> ValidationError:
    return ValidationError(_("The image is damaged and cannot be opened. Save it anew."), code="damaged")
