"""What is written while it is sent, in the zone and the language of whoever asked for it."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from django.utils import timezone, translation


def as_asked[Piece](pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Return the pieces, each to be made in the zone and the language of this call.

    A server writes a stream when the middleware that chose both for the request has long left.
    """
    return stepwise(iter(pieces), timezone.get_current_timezone(), translation.get_language())


def stepwise[Piece](pieces: Iterator[Piece], zone: tzinfo, language: str | None) -> Iterator[Piece]:
    """Yield between two steps in whatever the thread is set to: it may be another's turn."""
    while True:
        with timezone.override(zone), translation.override(language):
            try:
                piece = next(pieces)
            except StopIteration:
                return
        yield piece
