"""How much two photos look alike: a difference hash of 64 bits, brighter or darker from pixel to pixel."""

from PIL import Image

from attachments import storage
from attachments.models import File

ALIKE = 10  # bits of 64; what was cropped, recoloured or saved anew differs in fewer, other photos in about 32
HALF, WHOLE = 1 << 63, 1 << 64


def look_of(file: File) -> int:
    """Return the hash of a received image as a signed number, which is what databases keep."""
    with storage.previews().open(file.preview_name) as stored, Image.open(stored, formats=["WEBP"]) as image:
        return signed(difference_hash(image))


def difference_hash(image: Image.Image) -> int:
    """Return one bit for each of 8 x 8 steps: whether the picture grows brighter to the right."""
    small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    pixels, found = small.tobytes(), 0
    for row in range(8):
        for column in range(8):
            left, right = pixels[row * 9 + column], pixels[row * 9 + column + 1]
            found = found << 1 | (left < right)
    return found


def signed(number: int) -> int:
    return number - WHOLE if number >= HALF else number


def distance(one: int, other: int) -> int:
    """Return in how many bits two hashes differ."""
    return ((one ^ other) & (WHOLE - 1)).bit_count()
