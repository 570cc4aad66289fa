"""Limits are proposed by one person and approved by another; so are corrections of approved ones, for a reason."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.policy import holders, require
from suspensions.models import ProcessLimit, TechProcess, Unjudged
from suspensions.notifications import tell_proposed
from workflow.actor import Actor
from workflow.models import Event, MoveRefused

Status = ProcessLimit.Status
EXCLUDED = ["process", "corrects", "proposed_by", "approved_by", "deleted_by", "status"]
TERMS = [
    "valid_from", "valid_to", "case_minutes", "year_minutes", "degradation_share", "document", "case_warn",
    "year_warn", "degradation_warn", "report_minutes", "share_reported",
]  # fmt: skip
DAY = timedelta(days=1)


@transaction.atomic
def propose_limit(
    *,
    by: Actor,
    process: TechProcess,
    valid_from: date,
    document: str,
    corrects: ProcessLimit | None = None,
    correction_note: str = "",
    **fields: Any,
) -> ProcessLimit:
    """Write down limits that hold once somebody else approved them, in place of the approved ones that they correct."""
    require(by.user, "limit.propose")
    process.expect_present()
    expect_correctable(corrects, process)
    limit = ProcessLimit(
        process=process, valid_from=valid_from, document=document, corrects=corrects,
        correction_note=correction_note.strip(), proposed_by=by.user, **fields,
    )  # fmt: skip
    limit.clean_fields(exclude=EXCLUDED)
    limit.clean()
    limit.save(force_insert=True)
    verb = "correct-limit" if corrects else "propose-limit"
    before, after = changed(limit)
    for subject in (limit, process):
        Event.record(subject, by=by, verb=verb, before=before, after=after, note=limit.correction_note)
    tell_proposed(limit, by=by)
    return limit


def expect_correctable(limit: ProcessLimit | None, process: TechProcess) -> None:
    """Raise MoveRefused or ValidationError unless it may be corrected; None is no correction."""
    if limit is None:
        return
    row = limit.locked()
    if not row.can_move(Status.REPLACED):
        raise MoveRefused(row, Status.REPLACED, _("Only approved limits are corrected."))
    if row.process_id != process.pk:
        message = _("It is a limit of another process.")
        raise ValidationError({"corrects": ValidationError(message, code="invalid")})


def correct_limit(limit: ProcessLimit, *, by: Actor, note: str, **fields: Any) -> ProcessLimit:
    """Propose what should have been approved instead, from the same day on unless another is given.

    What is not given stays as it was. The approved limit holds until somebody else approves the correction.
    """
    kept = {name: getattr(limit, name) for name in TERMS}
    return propose_limit(by=by, process=limit.process, corrects=limit, correction_note=note, **kept | fields)


def end_limit(limit: ProcessLimit, *, by: Actor, note: str, valid_to: date | None = None) -> ProcessLimit:
    """Propose the last day, or today, after which no limit is set until another one begins."""
    last = valid_to or timezone.now().astimezone(organisation.current().zone).date()
    if limit.valid_to and last > limit.valid_to:
        message = _("It ends on %(day)s already.") % {"day": limit.valid_to.isoformat()}
        raise ValidationError({"valid_to": ValidationError(message, code="invalid")})
    return correct_limit(limit, by=by, note=note, valid_to=last)


@transaction.atomic
def approve_limit(limit: ProcessLimit, *, by: Actor, note: str = "") -> None:
    """Put a proposed limit in force; the one that held until replaced ends on the day before.

    One that it corrects gives up its place: what happened meanwhile is judged anew, as if it had never held. Nobody
    approves their own while somebody else could. Raises ValidationError when two would hold at once.
    """
    require(by.user, "limit.approve")
    if limit.proposed_by_id == by.user.pk and holders("limit.approve").exclude(pk=by.user.pk).exists():
        raise PermissionDenied(_("Somebody else has to approve what you proposed."))
    limit.process.locked()  # one approval at a time
    if not limit.can_move(Status.APPROVED):
        raise MoveRefused(limit, Status.APPROVED)
    if limit.corrects:
        make_room(limit, limit.corrects, by=by)
    give_way(limit, by=by)
    limit.move(Status.APPROVED, verb="approve-limit", by=by, note=note, approved_by=by.user, approved_at=Now())
    before, after = changed(limit)
    Event.record(limit.process, by=by, verb="approve-limit", before=before, after=after, note=note)
    Unjudged.objects.create(process=limit.process)


def make_room(limit: ProcessLimit, wrong: ProcessLimit, *, by: Actor) -> None:
    """Let the wrong limit give up its place, and the one that it had ended hold until the correction begins."""
    wrong.locked().move(Status.REPLACED, verb="replace-limit", by=by, note=limit.correction_note)
    before = ProcessLimit.objects.approved().filter(process=limit.process, valid_from__lt=limit.valid_from)
    for neighbour in before.filter(valid_to=wrong.valid_from - DAY):
        last = min(limit.valid_from - DAY, wrong.valid_to or date.max, meant_to_end(neighbour) or date.max)
        if last != neighbour.valid_to:
            neighbour.change(verb="end-limit", by=by, valid_to=last)


def meant_to_end(limit: ProcessLimit) -> date | None:
    """Return the last day that people gave it, before others ended it; None: it held until replaced."""
    ended = Event.objects.about(limit).filter(verb="end-limit").order_by("pk").first()
    if ended is None:
        return limit.valid_to
    last = ended.before.get("valid_to")
    return date.fromisoformat(last) if last else None


def give_way(limit: ProcessLimit, *, by: Actor) -> None:
    """End the open limit before this one. Raises ValidationError when others stand in its way."""
    others = ProcessLimit.objects.approved().filter(process=limit.process)
    day_before = limit.valid_from - DAY
    for earlier in others.filter(valid_to=None, valid_from__lt=limit.valid_from):
        earlier.change(verb="end-limit", by=by, valid_to=day_before)
    overlapping = others.filter(Q(valid_to=None) | Q(valid_to__gte=limit.valid_from))
    if limit.valid_to:
        overlapping = overlapping.filter(valid_from__lte=limit.valid_to)
    if other := overlapping.first():
        message = _("The approved limit from %(day)s holds at the same time.") % {"day": other.valid_from.isoformat()}
        raise ValidationError({"valid_from": ValidationError(message, code="overlap")})


@transaction.atomic
def withdraw_limit(limit: ProcessLimit, *, by: Actor, note: str) -> None:
    """Take a proposal back, for a reason. What was approved stays."""
    require(by.user, "limit.propose")
    row = limit.locked()
    if row.status != Status.PROPOSED:
        raise MoveRefused(
            row, Status.PROPOSED, _("It is no longer a proposal: correct it, or propose what follows it.")
        )
    limit.hide(by=by, note=note)
    Event.record(limit.process, by=by, verb="withdraw-limit", before=said(limit), note=note)


def changed(limit: ProcessLimit) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the limit says, or where it corrects another one only what it says differently, before and after."""
    if limit.corrects is None:
        return {}, said(limit)
    before, after = said(limit.corrects), said(limit)
    names = [name for name in before | after if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def said(limit: ProcessLimit) -> dict[str, Any]:
    names = (
        "valid_from", "valid_to", "case_minutes", "year_minutes", "degradation_share", "share_reported", "document",
    )  # fmt: skip
    values = {name: getattr(limit, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
