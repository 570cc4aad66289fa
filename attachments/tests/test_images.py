import io

import pytest
from django.core.exceptions import ValidationError
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from attachments import images
from attachments.tests import samples


def seen(data, content_type="image/png"):
    return images.picture(io.BytesIO(data), content_type)


def preview_of(data, content_type="image/png"):
    return Image.open(io.BytesIO(seen(data, content_type).preview))


def code_of(data, content_type="image/png"):
    with pytest.raises(ValidationError) as refusal:
        seen(data, content_type)
    return refusal.value.code


MODES = {
    "PNG": ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"],
    "JPEG": ["RGB", "L", "CMYK"],
    "GIF": ["P", "L", "1"],
    "WEBP": ["RGB", "RGBA"],
}


@pytest.mark.parametrize(("form", "mode"), [(form, mode) for form, modes in MODES.items() for mode in modes])
def test_every_kind_of_image_gets_a_webp_preview(form, mode):
    preview = preview_of(samples.image(form, (60, 40), mode), f"image/{form.lower()}")

    assert (preview.format, preview.size) == ("WEBP", (60, 40))


def test_a_large_image_gets_a_small_preview_of_the_same_proportions():
    data = samples.image("JPEG", (4000, 1000))

    picture = seen(data, "image/jpeg")

    assert (picture.width, picture.height) == (4000, 1000)
    assert preview_of(data, "image/jpeg").size == (images.SIDE, images.SIDE // 4)


def test_the_preview_stands_upright_and_says_nothing_of_the_camera():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010F] = "Camera of Orlov"
    Image.new("RGB", (60, 40)).save(out, "JPEG", exif=exif)

    preview = preview_of(out.getvalue(), "image/jpeg")

    assert preview.size == (40, 60)
    assert not preview.getexif()
    assert b"Orlov" not in seen(out.getvalue(), "image/jpeg").preview


def test_nothing_hidden_behind_the_pixels_reaches_the_preview():
    data = samples.image() + b"<script>alert(1)</script>"

    assert b"<script>" not in seen(data).preview


@pytest.mark.parametrize("sides", [(7_072, 7_072), (10_000, 10_000), (60_000, 60_000)])
def test_more_pixels_than_allowed_are_refused_before_they_are_decoded(sides):
    data = samples.png_that_says(*sides)

    assert len(data) < 1000
    assert code_of(data) == "too_many_pixels"


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_cut_off_image_is_refused(share):
    data = samples.image("JPEG", (200, 200))

    assert code_of(data[: int(len(data) * share)], "image/jpeg") == "damaged"


def test_an_image_with_a_huge_compressed_text_is_refused():
    out = io.BytesIO()
    text = PngInfo()
    text.add_itxt("note", "a" * 70_000_000, zip=True)
    Image.new("RGB", (10, 10)).save(out, "PNG", pnginfo=text)

    assert code_of(out.getvalue()) == "damaged"


def test_a_jpeg_that_is_painted_over_and_over_is_refused():
    data = samples.image("JPEG", (8, 8), progressive=True)

    assert code_of(data.replace(b"\xff\xda", b"\xff\xda" * (images.SCANS + 1), 1), "image/jpeg") == "damaged"


def test_another_format_than_announced_is_refused():
    assert code_of(samples.image("GIF", mode="P"), "image/png") == "damaged"
