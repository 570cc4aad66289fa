"""When what was agreed on for every week happens: on the same weekday by the same clock, whatever the clock does. Pure.

Twice a year in some zones a clock time comes twice or not at all. Then the stretch is taken widely: from the earlier
meaning of its beginning to the later one of its end, so that nobody who works by the clock on the wall is surprised.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


class Span(NamedTuple):
    """A half-open stretch of time; no finish: it lasts."""

    start: datetime
    finish: datetime | None


def weekly(first: tuple[datetime, datetime], zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Span]:
    """Yield the repetitions of `first`, itself included, that share a moment with [since, until), whole and in order.

    `first` is shorter than a week; the weekday and the clock are those of `zone`.
    """
    start, finish = (wall(moment, zone) for moment in first)
    number = max(0, (wall(since, zone) - finish) // WEEK)  # it ends before `since`, or about then
    while (begins := min(meanings(start + number * WEEK, zone))) < until:
        ends = max(meanings(finish + number * WEEK, zone))
        if ends > since:
            yield Span(begins, ends)
        number += 1


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def meanings(shown: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the two moments that `shown` may mean: the same one but where the clock is changed."""
    first, second = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second
