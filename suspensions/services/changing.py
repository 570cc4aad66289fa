"""Corrections of a downtime case; the timeline keeps what stood there before."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.policy import require
from suspensions.models import ProcessLimit, Suspension
from suspensions.services import rules
from suspensions.services.moving import reopen, restore
from suspensions.services.registering import register
from suspensions.services.segments import editable, expect_not_called_off, expect_not_closed, replace_segments
from workflow.actor import Actor

TEXTS = {"description", "implementing_measures", "root_cause", "loss", "currency"}
SHAPE = {"start", "finish", "kind", "degradation"}  # what the segments follow
CORRECTED = TEXTS | SHAPE | {"process", "risk_source", "incident", "planned_finish"}
UNPROPOSED: dict[str, Any] = {"report_proposed_at": None, "report_due_at": None, "reportable_reason": ""}
REGULATOR = {"reportable", "reportable_reason", "report_due_at", "reported_at", "report_reference"}


@transaction.atomic
def correct(suspension: Suspension, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> bool:
    """Change what was written down: dictionaries, times, share, texts, loss. Say whether anything differed.

    A finish is corrected here only where there is one; giving or taking it away is `restore` and `reopen`.
    """
    case = editable(suspension, by, version)
    shape = {name: fields.get(name, getattr(case, name)) for name in SHAPE}
    if SHAPE & fields.keys():
        fields |= reshaped(case, shape, fields)
    process = fields.get("process", case.process)
    if {"process", "start"} & fields.keys():
        rules.check_process(process, shape["start"])
    rules.check_moved_start(by, case, shape["start"], note)
    if case.announced_at and shape["start"] < case.announced_at:
        fields["announced_at"] = None
    rules.check_planned_finish(shape["start"], fields.get("planned_finish", case.planned_finish), planned=case.planned)
    changed = suspension.change(verb="edit", by=by, note=note, **fields)
    if SHAPE & fields.keys():
        fit_segments(suspension)
    return changed


def reshaped(case: Suspension, shape: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return kind and degradation as they follow from what is given. Raises ValidationError."""
    if (shape["finish"] is None) != (case.finish is None) and case.status != Suspension.Status.DRAFT:
        message = _("Mark the case restored or reopen it instead.")
        raise ValidationError({"finish": ValidationError(message, code="invalid")})
    rules.check_times(shape["start"], shape["finish"], planned=case.planned)
    if not {"kind", "degradation"} & fields.keys():
        return {}
    kind = fields.get("kind", None if "degradation" in fields else case.kind)
    lost = rules.share(1 if kind == rules.Kind.OUTAGE and "degradation" not in fields else shape["degradation"])
    if lost != case.degradation and case.segments.count() > 1:
        raise rules.refused(_("The case has several segments: change those."))
    return {"kind": rules.kind_of(kind, lost), "degradation": lost}


def fit_segments(case: Suspension) -> None:
    """Let the first segment begin and the last one end with the case. Raises ValidationError where one is cut off."""
    rows = list(case.segments.all())
    first, last = rows[0], rows[-1]
    first.start, last.finish = case.start, case.finish
    if len(rows) == 1:
        first.degradation = case.degradation
    if any(row.finish is not None and row.finish < row.start for row in rows):
        raise rules.refused(_("A segment would end before it begins: change the segments."))
    for row in {id(first): first, id(last): last}.values():
        row.save(update_fields=["start", "finish", "degradation"])


@transaction.atomic
def plan(
    suspension: Suspension,
    *,
    by: Actor,
    note: str,
    planned: bool = True,
    announced_at: datetime | None = None,
) -> None:
    """Classify the case afterwards as planned, or as not planned, for a reason.

    A report that was only proposed is proposed no more: what counts in no budget exceeds none.
    """
    rules.require_on(by, "suspension.plan", suspension)
    if not note.strip():
        raise ValidationError({"note": ValidationError(_("Say why it is classified anew."), code="required")})
    case = suspension.locked()
    expect_not_called_off(case)
    if announced_at is not None and (not planned or announced_at > case.start):
        message = _("Planned work is announced before it starts.")
        raise ValidationError({"announced_at": ValidationError(message, code="order")})
    if not planned and case.is_to_come:
        message = _("The work has not begun. Call it off instead.")
        raise ValidationError({"planned": ValidationError(message, code="future")})
    if not planned and case.status == Suspension.Status.CLOSED:
        case.planned = False
        rules.check_concluded(case)
    fields: dict[str, Any] = {"planned": planned}
    if not planned:
        fields |= {"announced_at": None, "planned_finish": None}
    elif announced_at:
        fields["announced_at"] = announced_at
    if planned and case.awaits_decision:
        fields |= UNPROPOSED
    suspension.change(verb="plan", by=by, note=note, **fields)


def unplan(suspension: Suspension, *, by: Actor, note: str) -> None:
    """Classify the case as not planned after all, for a reason."""
    plan(suspension, by=by, note=note, planned=False)


@transaction.atomic
def regulate(suspension: Suspension, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Say whether the regulator must hear of it, why, by when, and that it did."""
    rules.require_on(by, "suspension.regulate", suspension)
    case = suspension.locked()
    expect_not_called_off(case)
    wanted = {name: fields.get(name, getattr(case, name)) for name in REGULATOR}
    if wanted["reportable"] and not wanted["reportable_reason"].strip():
        message = _("Say why the regulator must hear of it.")
        raise ValidationError({"reportable_reason": ValidationError(message, code="required")})
    if case.awaits_decision and not wanted["reportable"] and not note.strip():
        message = _("Say why the regulator need not hear of it.")
        raise ValidationError({"note": ValidationError(message, code="required")})
    if wanted["reported_at"] and not wanted["reportable"]:
        message = _("Only a reportable case is reported.")
        raise ValidationError({"reported_at": ValidationError(message, code="invalid")})
    if wanted["reported_at"] != case.reported_at:
        rules.check_reported(case, wanted["reported_at"])
    if wanted["reportable"] and not (case.reportable or wanted["report_due_at"]):
        wanted["report_due_at"] = usual_due(case)
    if case.awaits_decision:
        wanted["report_decided_at"] = timezone.now()
        wanted["report_due_at"] = wanted["report_due_at"] if wanted["reportable"] else None
    suspension.change(verb="regulate", by=by, note=note, version=version, **wanted)


def usual_due(case: Suspension) -> datetime | None:
    """Return by when the regulator must hear of a case that people declare: the limit's minutes from its start on."""
    day = case.start.astimezone(organisation.current().zone).date()
    limit = ProcessLimit.objects.in_force(day).filter(process=case.process_id, report_minutes__isnull=False).first()
    return case.start + timedelta(minutes=limit.report_minutes or 0) if limit else None


@transaction.atomic
def propose_report(suspension: Suspension, *, by: Actor, at: datetime, due: datetime | None, reason: str) -> bool:
    """Let a manager decide whether the regulator must hear of it. Say whether that is new: it is asked once."""
    case = suspension.locked()
    if case.reportable or case.report_proposed_at or case.planned or case.deleted_at:
        return False
    fields: dict[str, Any] = {"report_proposed_at": at, "report_due_at": due, "reportable_reason": reason}
    return suspension.change(verb="propose-report", by=by, **fields)


@transaction.atomic
def withdraw_report(suspension: Suspension, *, by: Actor) -> bool:
    """Take back a proposal that nobody has decided: what was corrected breaks no limit. Say whether there was one."""
    case = suspension.locked()
    if not case.awaits_decision or case.deleted_at:
        return False
    return suspension.change(verb="withdraw-report", by=by, **UNPROPOSED)


@transaction.atomic
def revise(suspension: Suspension, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Change several things at once, each by its own verb. All or nothing.

    A finish that is given ends a running case, one that is taken away reopens it; the rest is corrected.
    """
    case = suspension.locked()
    require_revision(case, by=by, wanted=fields)
    case.expect_version(version)
    case.expect_present()
    drafted = case.status == Suspension.Status.DRAFT
    ending = not drafted and "finish" in fields and (fields["finish"] is None) != (case.finish is None)
    finish = fields.pop("finish", None) if ending else None
    segments, planned = fields.pop("segments", None), fields.pop("planned", case.planned)
    if regulator := {name: fields.pop(name) for name in REGULATOR & fields.keys()}:
        regulate(suspension, by=by, note=note, **regulator)
    if planned and not case.planned:
        plan(suspension, by=by, note=note)
    if fields:
        correct(suspension, by=by, note=note, **fields)
    if case.planned and not planned:
        unplan(suspension, by=by, note=note)
    if segments is not None:
        replace_segments(suspension, by=by, segments=segments, note=note)
    if ending and finish:
        restore(suspension, by=by, finish=finish, note=note)
    elif ending:
        reopen(suspension, by=by, note=note)


@transaction.atomic
def record(*, by: Actor, note: str = "", **fields: Any) -> Suspension:
    """Register a case together with what the regulator hears of it, each by its own verb. All or nothing."""
    regulator = {name: fields.pop(name) for name in REGULATOR & fields.keys()}
    case = register(by=by, note=note, **fields)
    if regulator:
        regulate(case, by=by, note=note, **regulator)
    return case


def require_revision(suspension: Suspension, *, by: Actor, wanted: Mapping[str, Any]) -> None:
    """Raise PermissionDenied unless `by` may make all these changes; values do not matter but for planned."""
    if "planned" in wanted and wanted["planned"] is not suspension.planned:
        require(by.user, "suspension.plan", suspension)
    if REGULATOR & wanted.keys():
        require(by.user, "suspension.regulate", suspension)
    if "finish" in wanted and wanted["finish"] is None and suspension.finish is not None:
        require(by.user, "suspension.reopen", suspension)
    elif (CORRECTED | {"segments"}) & wanted.keys():
        require(by.user, "suspension.edit", suspension)
    if (CORRECTED - {"finish"}) & wanted.keys():
        require(by.user, "suspension.edit", suspension)
        expect_not_closed(suspension)
