"""How a downtime case comes into being."""

from collections.abc import Sequence
from datetime import datetime
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
SERVER_SET = ["number", "author", "deleted_by", "closed_by", "process", "risk_source", "incident"]


@transaction.atomic
def register(
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
    files: Sequence[File] = (),
    draft: bool = False,
    note: str = "",
    **fields: Any,
) -> Suspension:
    """Record that `process` was down, or is down while `finish` is None, and give the case its number.

    Without a `kind` the degradation tells it. Planned work is announced before it starts; where it has begun, the
    `note` says why it is planned. `segments` are maps of start, finish and degradation whose envelope are the case's
    times. Only an import makes drafts.
    """
    rules.require_on(by, "suspension.create")
    rules.check_times(start, finish, planned=planned)
    if planned and not draft:
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
    enter(case, pieces, draft=draft)
    told(case, by=by, files=files, note=note)
    return case


def enter(case: Suspension, pieces: Sequence[Piece], *, draft: bool) -> None:
    """Store a new case with its number and segments, in the status its finish tells. Raises ValidationError."""
    registered = Status.RESTORED if case.finish else Status.REGISTERED
    case.status = Status.DRAFT if draft else registered
    case.announced_at = timezone.now() if case.planned and case.start > timezone.now() else None
    case.clean_fields(exclude=SERVER_SET)
    case.number = None if draft else next_number(case.start)
    case.save(force_insert=True)
    Segment.objects.bulk_create(Segment(suspension=case, **piece._asdict()) for piece in pieces)


def told(case: Suspension, *, by: Actor, files: Sequence[File], note: str) -> None:
    """Write the first line of the timeline, say it on the incident's too, and tell whom it concerns."""
    after = {"status": case.status, "process": str(case.process), "start": case.start, "finish": case.finish}
    Event.record(case, by=by, verb="record", after={name: value for name, value in after.items() if value}, note=note)
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
    """Return the next number of the organisation's year in which the case began, free of gaps.

    The row of the series stays locked until the transaction ends: a case that is rolled back gives its number back.
    """
    year = start.astimezone(organisation.current().zone).year
    NumberSeries.objects.get_or_create(year=year)
    series = NumberSeries.objects.select_for_update().get(year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{year}-{series.last:04d}"
