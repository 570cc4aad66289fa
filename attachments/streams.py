"""Reading bytes piece by piece, whatever holds them."""

from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 64 * 1024


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield all bytes of `file` from its start, in pieces of CHUNK."""
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def count(file: BinaryIO, mark: bytes) -> int:
    """Return how often `mark` occurs, give or take those that lie across two pieces."""
    return sum(chunk.count(mark) for chunk in chunks(file))
