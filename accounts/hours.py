"""Opening hours of one day as text: `09:00-13:00, 14:00-18:00`, empty for closed."""

import re
from itertools import pairwise
from typing import NamedTuple

MINUTES_OF_A_DAY = 24 * 60
SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–—]\s*(\d{1,2})(?::(\d{2}))?", re.ASCII)


class Span(NamedTuple):
    """From one minute of the day to another, the end excluded; 1440 is midnight at the end of the day."""

    opens: int
    closes: int


type Hours = tuple[Span, ...]


def read(text: str) -> Hours:
    """Return the spans in `text`, in order. Raises ValueError when one means nothing, or two overlap or touch."""
    spans = sorted(read_span(part.strip()) for part in text.split(",")) if text.strip() else []
    for earlier, later in pairwise(spans):
        if later.opens <= earlier.closes:
            raise ValueError(f"{write((earlier,))}, {write((later,))}")
    return tuple(spans)


def read_span(text: str) -> Span:
    found = SPAN.fullmatch(text)
    if not found:
        raise ValueError(text)
    hours, minutes, end_hours, end_minutes = (int(group or 0) for group in found.groups())
    span = Span(hours * 60 + minutes, end_hours * 60 + end_minutes)
    if max(minutes, end_minutes) > 59 or not span.opens < span.closes <= MINUTES_OF_A_DAY:
        raise ValueError(text)
    return span


def write(hours: Hours) -> str:
    """Return what `read` reads."""
    return ", ".join(f"{clock(span.opens)}-{clock(span.closes)}" for span in hours)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def length(hours: Hours) -> int:
    """Minutes, on a day of 24 hours."""
    return sum(span.closes - span.opens for span in hours)
