"""What the desk is set up with: response targets, canned replies, categories."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.policy import require
from suspensions.services.dictionaries import created
from tickets.models import CannedReply, Category, SlaTarget
from tickets.services.standing import require_technician
from tickets.sla.keeping import renew
from workflow.actor import Actor
from workflow.refusals import invalid


@transaction.atomic
def edit_target(target: SlaTarget, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> bool:
    """Promise something else: at once for all open tickets of the priority; what is resolved was judged already."""
    require(by.user, "sla_target.edit")
    changed = target.change(verb="edit", by=by, version=version, note=note, **fields)
    if changed:
        renew(priority=target.priority)
    return changed


def create_reply(*, by: Actor, **fields: Any) -> CannedReply:
    require(by.user, "canned_reply.edit")
    return created(CannedReply(**fields), by=by, fields=fields)


def edit_reply(reply: CannedReply, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> bool:
    require(by.user, "canned_reply.edit")
    return reply.change(verb="edit", by=by, version=version, note=note, **fields)


def create_category(*, by: Actor, **fields: Any) -> Category:
    require(by.user, "ticket_category.edit")
    expect_worker(fields.get("default_assignee"))
    return created(Category(**fields), by=by, fields=fields)


def edit_category(category: Category, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> bool:
    require(by.user, "ticket_category.edit")
    if fields.get("default_assignee") != category.default_assignee:
        expect_worker(fields.get("default_assignee"))
    return category.change(verb="edit", by=by, version=version, note=note, **fields)


def expect_worker(person: User | None) -> None:
    """Raise ValidationError for somebody who cannot be given tickets."""
    if person is not None:
        try:
            require_technician(person)
        except ValidationError as error:
            raise invalid("default_assignee", " ".join(error.messages)) from error
