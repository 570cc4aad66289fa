"""Limits are proposed by one person and approved by another."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.policy import holders, require
from suspensions.models import ProcessLimit, TechProcess
from suspensions.notifications import tell_proposed
from workflow.actor import Actor
from workflow.models import Event, MoveRefused

Status = ProcessLimit.Status
EXCLUDED = ["process", "proposed_by", "approved_by", "deleted_by", "status"]


@transaction.atomic
def propose_limit(*, by: Actor, process: TechProcess, valid_from: date, document: str, **fields: Any) -> ProcessLimit:
    """Write down limits that hold once somebody else approved them."""
    require(by.user, "limit.propose")
    process.expect_present()
    limit = ProcessLimit(process=process, valid_from=valid_from, document=document, proposed_by=by.user, **fields)
    limit.clean_fields(exclude=EXCLUDED)
    limit.clean()
    limit.save(force_insert=True)
    Event.record(limit, by=by, verb="propose-limit", after=said(limit))
    Event.record(process, by=by, verb="propose-limit", after=said(limit))
    tell_proposed(limit, by=by)
    return limit


@transaction.atomic
def approve_limit(limit: ProcessLimit, *, by: Actor, note: str = "") -> None:
    """Put a proposed limit in force; the one that held until replaced ends on the day before.

    Nobody approves their own while somebody else could. Raises ValidationError when two would hold at once.
    """
    require(by.user, "limit.approve")
    if limit.proposed_by_id == by.user.pk and holders("limit.approve").exclude(pk=by.user.pk).exists():
        raise PermissionDenied(_("Somebody else has to approve what you proposed."))
    limit.process.locked()  # one approval at a time
    if not limit.can_move(Status.APPROVED):
        raise MoveRefused(limit, Status.APPROVED)
    give_way(limit, by=by)
    limit.move(Status.APPROVED, verb="approve-limit", by=by, note=note, approved_by=by.user, approved_at=Now())
    Event.record(limit.process, by=by, verb="approve-limit", after=said(limit), note=note)


def give_way(limit: ProcessLimit, *, by: Actor) -> None:
    """End the open limit before this one. Raises ValidationError when others stand in its way."""
    others = ProcessLimit.objects.approved().filter(process=limit.process)
    day_before = limit.valid_from - timedelta(days=1)
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
        raise MoveRefused(row, Status.PROPOSED, _("It is approved: propose another that replaces it."))
    limit.hide(by=by, note=note)
    Event.record(limit.process, by=by, verb="withdraw-limit", before=said(limit), note=note)


def said(limit: ProcessLimit) -> dict[str, Any]:
    names = ("valid_from", "valid_to", "case_minutes", "year_minutes", "degradation_share", "document")
    values = {name: getattr(limit, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
