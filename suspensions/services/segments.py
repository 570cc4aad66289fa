"""The parts of a case in which different shares of the service were lost."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from suspensions.models import Segment, Suspension
from suspensions.services import rules
from workflow.actor import Actor
from workflow.models import Conflict, Event


class Piece(NamedTuple):
    """A segment that is not stored yet: half-open, without an end while the case runs."""

    start: datetime
    finish: datetime | None
    degradation: Decimal


def pieces_of(segments: Iterable[dict[str, Any]]) -> list[Piece]:
    """Return what was sent, in order. Raises ValidationError."""
    pieces = [Piece(row["start"], row.get("finish"), rules.share(row.get("degradation", 1))) for row in segments]
    for piece in pieces:
        rules.check_moment("start", piece.start)
    pieces.sort(key=lambda piece: piece.start)
    rules.check_segments(pieces)
    return pieces


def enveloped(pieces: Sequence[Piece], start: datetime, finish: datetime | None) -> Decimal:
    """Return the largest share lost. Raises ValidationError unless the case begins and ends with its pieces."""
    if (pieces[0].start, pieces[-1].finish) != (start, finish):
        raise rules.refused(_("The first segment begins and the last one ends with the case."))
    return max(piece.degradation for piece in pieces)


@transaction.atomic
def replace_segments(
    suspension: Suspension, *, by: Actor, segments: Sequence[dict[str, Any]], version: int | None = None, note: str = ""
) -> None:
    """Tell anew when which share was lost. The case's own times follow; whether it runs on does not change here."""
    case = editable(suspension, by, version)
    pieces = pieces_of(segments)
    if (pieces[-1].finish is None) != (case.finish is None):
        raise rules.refused(_("Mark the case restored or reopen it instead of changing the last segment's end."))
    store(case, pieces, by=by, note=note)
    suspension.refresh_from_db()


@transaction.atomic
def add_segment(
    suspension: Suspension,
    *,
    by: Actor,
    start: datetime,
    degradation: Any,
    finish: datetime | None = None,
    note: str = "",
) -> None:
    """Say that from `start` to `finish` (None: from then on) another share was lost; what stood there gives way."""
    case = editable(suspension, by)
    rules.check_times(start, finish)
    fresh = Piece(start, finish or case.finish, rules.share(degradation))
    pieces = sorted([*carved(current(case), fresh), fresh])
    rules.check_segments(pieces)
    store(case, pieces, by=by, note=note)
    suspension.refresh_from_db()


def carved(pieces: Iterable[Piece], fresh: Piece) -> Iterable[Piece]:
    """Yield what is left of `pieces` outside of `fresh`."""
    for piece in pieces:
        if piece.start < fresh.start:
            ends = piece.finish if piece.finish is not None and piece.finish <= fresh.start else fresh.start
            yield piece._replace(finish=ends)
        if fresh.finish is not None and (piece.finish is None or piece.finish > fresh.finish):
            yield piece._replace(start=max(piece.start, fresh.finish))


def editable(suspension: Suspension, by: Actor, version: int | None = None) -> Suspension:
    """Return the case as it stands, locked. Raises PermissionDenied, StaleVersion or Conflict."""
    case = suspension.locked()
    rules.require_on(by, "suspension.edit", case)
    case.expect_version(version)
    case.expect_present()
    expect_not_closed(case)
    return case


def expect_not_closed(case: Suspension) -> None:
    expect_not_called_off(case)
    if case.status == Suspension.Status.CLOSED:
        raise Conflict(case, _("It is closed: reopen it before you change it."))


def expect_not_called_off(case: Suspension) -> None:
    if case.status == Suspension.Status.CALLED_OFF:
        raise Conflict(case, _("It was called off: it is not changed any more."))


def current(case: Suspension) -> list[Piece]:
    return [Piece(row.start, row.finish, row.degradation) for row in case.segments.all()]


def store(case: Suspension, pieces: Sequence[Piece], *, by: Actor, note: str) -> None:
    """Write the pieces, let the case follow, and record both as one event."""
    rules.check_moved_start(by, case, pieces[0].start, note)
    before = [told(piece) for piece in current(case)]
    case.segments.all().delete()
    Segment.objects.bulk_create(Segment(suspension=case, **piece._asdict()) for piece in pieces)
    lost = max(piece.degradation for piece in pieces)
    kind = case.kind if lost == 1 else Suspension.Kind.DEGRADATION
    times: dict[str, Any] = {"start": pieces[0].start, "finish": pieces[-1].finish}
    if case.announced_at and pieces[0].start < case.announced_at:
        times["announced_at"] = None  # it was announced for another time
    Suspension.objects.filter(pk=case.pk).update(
        **times, degradation=lost, kind=kind, version=F("version") + 1, updated_at=Now()
    )
    after = [told(piece) for piece in pieces]
    if before != after:
        Event.record(case, by=by, verb="segments", before={"segments": before}, after={"segments": after}, note=note)


def told(piece: Piece) -> dict[str, Any]:
    return {"start": piece.start, "finish": piece.finish, "degradation": str(piece.degradation)}
