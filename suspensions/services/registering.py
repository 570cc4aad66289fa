"""How a downtime case comes into being."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import organisation
from attachments.models import File
from incidents import services as incidents
from incidents.models import Incident
from suspensions.models import NumberSeries, RiskSource, Segment, Suspension, TechProcess
from suspensions.notifications import tell_registered
from suspensions.services import rules
from suspensions.services.segments import Piece, enveloped, pieces_of
from suspensions.services.talking import attach
from workflow.actor import Actor
from workflow.models import Event

Status = Suspension.Status
BLOCK = 500  # cases that an import stores at once
SERVER_SET = ["number", "author", "deleted_by", "closed_by", "process", "risk_source", "incident"]


@transaction.atomic
def register(*, by: Actor, files: Sequence[File] = (), draft: bool = False, note: str = "", **facts: Any) -> Suspension:
    """Record that a process was down, or is down while there is no finish, and give the case its number.

    `facts` are those of `drawn_up`. Only an import makes drafts.
    """
    rules.require_on(by, "suspension.create")
    case, pieces = drawn_up(by=by, note=note, **facts)
    enter(case, pieces, draft=draft)
    told(case, by=by, files=files, note=note)
    return case


def drawn_up(
    *,
    by: Actor,
    process: TechProcess,
    risk_source: RiskSource,
    start: datetime,
    finish: datetime | None = None,
    kind: str | None = None,
    degradation: Any = 1,
    planned: bool = False,
    segments: Sequence[dict[str, Any]] = (),
    incident: Incident | None = None,
    note: str = "",
    **fields: Any,
) -> tuple[Suspension, list[Piece]]:
    """Return a case that obeys every rule, and its pieces; nothing is stored. Raises ValidationError.

    Without a `kind` the degradation tells it. Planned work is announced before it starts; where it has begun, the
    `note` says why it is planned. `segments` are maps of start, finish and degradation whose envelope are the case's
    times.
    """
    rules.check_times(start, finish, planned=planned)
    if planned:
        rules.check_planning(by, start, note)
    rules.check_planned_finish(start, fields.get("planned_finish"), planned=planned)
    rules.check_process(process, start)
    pieces = pieces_of(segments) if segments else [Piece(start, finish, rules.share(degradation))]
    lost = enveloped(pieces, start, finish)
    if incident is not None:
        incident.expect_present()
    case = Suspension(
        process=process, risk_source=risk_source, start=start, finish=finish, kind=rules.kind_of(kind, lost),
        degradation=lost, planned=planned, incident=incident, author=by.user, **fields,
    )  # fmt: skip
    case.announced_at = timezone.now() if planned and start > timezone.now() else None
    case.clean_fields(exclude=SERVER_SET)
    return case, pieces


def enter(case: Suspension, pieces: Sequence[Piece], *, draft: bool) -> None:
    """Store a new case with its number and segments, in the status its finish tells."""
    registered = Status.RESTORED if case.finish else Status.REGISTERED
    case.status = Status.DRAFT if draft else registered
    case.number = None if draft else next_number(case.start)
    case.save(force_insert=True)
    Segment.objects.bulk_create(Segment(suspension=case, **piece._asdict()) for piece in pieces)


@transaction.atomic
def register_drafts(rows: Iterable[dict[str, Any]], *, by: Actor) -> list[Suspension]:
    """Store what an import brings, block by block, all or none; nobody hears of drafts. Raises ValidationError."""
    rules.require_on(by, "suspension.create")
    made: list[Suspension] = []
    for block in batched(rows, BLOCK):
        drawn = [drawn_up(by=by, **row) for row in block]
        for case, _pieces in drawn:
            case.status, case.number = Status.DRAFT, None
        cases = Suspension.objects.bulk_create(case for case, _pieces in drawn)
        Segment.objects.bulk_create(
            Segment(suspension=case, **piece._asdict()) for case, pieces in drawn for piece in pieces
        )
        lines = zip(cases, block, strict=True)
        Event.objects.bulk_create(first_line(case, by=by, note=row.get("note", "")) for case, row in lines)
        made += cases
    return made


def first_line(case: Suspension, *, by: Actor, note: str) -> Event:
    after = {"status": case.status, "process": str(case.process), "start": case.start, "finish": case.finish}
    present = {name: value for name, value in after.items() if value}
    return Event.line(case, by=by, verb="record", after=present, note=note)


def told(case: Suspension, *, by: Actor, files: Sequence[File], note: str) -> None:
    """Write the first line of the timeline, say it on the incident's too, and tell whom it concerns."""
    first_line(case, by=by, note=note).save(force_insert=True)
    if case.incident:
        Event.record(
            case.incident, by=by, verb="record-downtime", after={"suspension": case.label}, note=str(case.process)
        )
    if files:
        attach(case, by=by, files=files)
    tell_registered(case, by=by)


@transaction.atomic
def register_siblings(
    *,
    by: Actor,
    processes: Sequence[TechProcess],
    incident: Incident | None = None,
    description: str = "",
    **fields: Any,
) -> list[Suspension]:
    """Record one case for each process; several stand under one incident, opened here where none is named."""
    if not processes:
        message = _("Choose at least one process.")
        raise ValidationError({"process": ValidationError(message, code="required")})
    if incident is None and len(processes) > 1:
        names = ", ".join(str(process) for process in processes)
        text = description or _("Downtime of several processes: %(names)s") % {"names": names}
        incident = incidents.report(by=by, description=text)
    shared = {"by": by, "incident": incident, "description": description, **fields}
    return [register(process=process, **shared) for process in processes]


def next_number(start: datetime) -> str:
    """Return the next number of the year in which the case began."""
    return next_numbers([start])[0]


def next_numbers(starts: Sequence[datetime]) -> list[str]:
    """Return the next numbers, in this order, of the organisation's years in which cases began, free of gaps.

    The rows of the series stay locked until the transaction ends: what is rolled back gives its numbers back.
    """
    zone = organisation.current().zone
    years = [start.astimezone(zone).year for start in starts]
    last = {year: taken(year, count) for year, count in sorted(Counter(years).items())}
    numbers = []
    for year in years:
        last[year] += 1
        numbers.append(f"{year}-{last[year]:04d}")
    return numbers


def taken(year: int, count: int) -> int:
    """Take so many numbers of a year; return the last one before them."""
    NumberSeries.objects.get_or_create(year=year)
    series = NumberSeries.objects.select_for_update().get(year=year)
    before = series.last
    series.last += count
    series.save(update_fields=["last"])
    return before
