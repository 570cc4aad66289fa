"""One trail out of two tables, newest first: the timeline's events, which stay for ever, and the failed sign-ins,
which may be purged.

The order is that of moments, then of keys: an event's key is its id, a failed sign-in's its id with a minus.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from accounts.models import FailedSignIn
from workflow.actor import Channel
from workflow.models import Event
from workflow.models.event import EventQuerySet
from workflow.pagination import BoundedPaginator, Count, PageOrCursor, Position, bounded_count

FAILED = "sign-in-failed"
CHUNK = 2000


@dataclass(frozen=True)
class Line:
    """One line of the trail; `kind` and `subject_id` are None for a failed sign-in, whose account may not exist."""

    id: int
    at: datetime
    actor_id: int | None
    username: str | None
    name: str
    channel: str
    verb: str
    kind: Any
    subject_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    note: str
    request_id: str

    @property
    def channel_words(self) -> str:
        return str(dict(Channel.choices).get(self.channel, self.channel))


def of_event(event: Event) -> Line:
    return Line(
        id=event.pk,
        at=event.at,
        actor_id=event.actor_id,
        username=event.actor.username if event.actor else None,
        name=event.actor_label,
        channel=event.channel,
        verb=event.verb,
        kind=event.subject_type,
        subject_id=event.subject_id,
        before=event.before,
        after=event.after,
        note=event.note,
        request_id=event.request_id,
    )


def of_failure(failure: FailedSignIn) -> Line:
    return Line(
        id=-failure.pk,
        at=failure.at,
        actor_id=None,
        username=None,
        name=failure.account,
        channel=failure.door if failure.door in Channel else Channel.PAGE,
        verb=FAILED,
        kind=None,
        subject_id=None,
        before={},
        after={"address": failure.address, "door": failure.door},
        note="",
        request_id="",
    )


class Trail:
    """The lines that a filter left over, to be cut into pages or read to the end."""

    def __init__(self, events: EventQuerySet, failures: QuerySet[FailedSignIn] | None):
        self.events, self.failures = events, failures

    def keys(self, *, backwards: bool = False) -> Any:
        """Return {"at", "key"} of all lines in one query; `backwards` the oldest first."""
        down = "" if backwards else "-"
        rows: Any = keyed(self.events, F("pk"))
        if self.failures is not None:
            rows = rows.union(keyed(self.failures, -F("pk")), all=True)
        return rows.order_by(f"{down}at", f"{down}key")

    def __getitem__(self, part: slice) -> list[Line]:
        return self.lines(self.keys()[part])

    def lines(self, rows: Any) -> list[Line]:
        """Return the lines of these keys, in their order, in a query for each table."""
        keys = [row["key"] for row in rows]
        events = self.events.for_list().select_related("subject_type").in_bulk([key for key in keys if key > 0])
        failures = FailedSignIn.objects.in_bulk([-key for key in keys if key < 0])
        return [of_event(events[key]) if key > 0 else of_failure(failures[-key]) for key in keys]

    def counted(self) -> Count:
        counts = [bounded_count(rows) for rows in (self.events, self.failures) if rows is not None]
        return Count(sum(count.rows for count in counts), all(count.exact for count in counts))

    def count(self) -> int:
        """Return how many lines there are, exactly."""
        return sum(rows.count() for rows in (self.events, self.failures) if rows is not None)

    def beyond(self, at: Position) -> "Trail":
        """Return what lies behind a position, in its direction. Raises ValidationError for one never given out."""
        moment = moment_of(at)
        newer = at.backwards
        failures = self.failures and self.failures.filter(behind(moment, -at.pk, newer=newer, keys_newer=not newer))
        return Trail(self.events.filter(behind(moment, at.pk, newer=newer, keys_newer=newer)), failures)

    def __iter__(self) -> Iterator[Line]:
        """Read to the end, without ever holding more than a chunk of each table."""
        events = self.events.select_related("actor", "subject_type").order_by("-at", "-pk")
        sources = [map(of_event, events.iterator(chunk_size=CHUNK))]
        if self.failures is not None:
            sources.append(map(of_failure, self.failures.order_by("-at", "pk").iterator(chunk_size=CHUNK)))
        return merge(*sources, key=lambda line: (line.at, line.id), reverse=True)


def moment_of(at: Position) -> datetime:
    try:
        return datetime.fromisoformat(at.value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValidationError({"cursor": _("This cursor belongs to another ordering.")}) from error


def keyed(rows: QuerySet[Any], key: Any) -> Any:
    return rows.order_by().annotate(key=ExpressionWrapper(key, BigIntegerField())).values("at", "key")


def behind(moment: datetime, pk: int, *, newer: bool, keys_newer: bool) -> Q:
    """Rows behind a moment; at the moment itself those behind a key. The outer bound lets an index be walked."""
    sign, key = "gt" if newer else "lt", "gt" if keys_newer else "lt"
    return Q(**{f"at__{sign}e": moment}) & (Q(**{f"at__{sign}": moment}) | Q(at=moment, **{f"pk__{key}": pk}))


class TrailPages(PageOrCursor):
    """Pages of a trail for the API."""

    def counted(self, rows: Any) -> Count:
        return rows.counted()

    def steps(self, rows: Any, at: Position | None) -> tuple[str, list[Line]]:
        trail = rows.beyond(at) if at else rows
        return "at", trail.lines(trail.keys(backwards=bool(at and at.backwards))[: self.size + 1])


class TrailPaginator(BoundedPaginator):
    """Pages of a trail for people."""

    def look(self) -> Count:
        trail: Any = self.object_list
        return trail.counted()
