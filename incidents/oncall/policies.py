"""How the chains of escalation are kept. Raises PermissionDenied, ValidationError, Conflict or StaleVersion."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.policy import require
from incidents.models import EscalationPolicy, Whom
from workflow.actor import Actor
from workflow.models import Event
from workflow.refusals import invalid

FIELDS = ("severity", "steps", "repeats", "enabled")


@transaction.atomic
def create(*, by: Actor, **fields: Any) -> EscalationPolicy:
    """Write a chain; incidents that wait already follow it from the next tick on."""
    require(by.user, "escalation.edit")
    policy = EscalationPolicy(**fields)
    policy.full_clean(exclude=["deleted_by"])
    require_able(policy)
    policy.save(force_insert=True)
    policy.refresh_from_db()
    Event.record(policy, by=by, verb="create-chain", after={"severity": policy.severity, "steps": said(policy)})
    return policy


@transaction.atomic
def edit(policy: EscalationPolicy, *, by: Actor, version: int | None = None, **fields: Any) -> None:
    """Change a chain; what has come so far goes on from its place."""
    require(by.user, "escalation.edit", policy)
    if policy.change(verb="edit", by=by, version=version, **fields) and "steps" in fields:
        require_able(policy)


def delete(policy: EscalationPolicy, *, by: Actor, note: str) -> None:
    """Follow it no more, for a reason."""
    require(by.user, "escalation.edit", policy)
    policy.hide(by=by, note=note)


@transaction.atomic
def undelete(policy: EscalationPolicy, *, by: Actor, note: str = "") -> None:
    """Follow it again, unless another was written for its severity."""
    require(by.user, "escalation.edit", policy)
    row = policy.locked()
    if row.deleted_at is not None:
        row.deleted_at = None
        row.validate_constraints(exclude=["deleted_by", "deletion_note"])
    policy.unhide(by=by, note=note)


def require_able(policy: EscalationPolicy) -> None:
    """Raise ValidationError where a step names somebody who takes no incidents."""
    for step in policy.chain:
        if step.whom == Whom.PERSON and not step.is_able:
            name = step.person.name if step.person else _("Nobody")
            raise invalid("steps", _("%(name)s does not work on incidents.") % {"name": name})


def said(policy: EscalationPolicy) -> list[str]:
    return [str(step) for step in policy.chain]
