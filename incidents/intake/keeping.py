"""How administrators keep integrations: make, change, pause, give a new token, withdraw."""

import secrets
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts.policy import require
from incidents.models import Integration
from incidents.models.integration import TOKEN_MARK, digest
from workflow.actor import Actor
from workflow.models import Event
from workflow.models.stateful import shown


class Issued(NamedTuple):
    """An integration with its token: the only moment at which the token is known."""

    integration: Integration
    token: str


FIELDS = ("name", "format", "source", "severity", "rate_limit", "networks", "expires_at", "enabled")


@transaction.atomic
def create(*, by: Actor, **fields: Any) -> Issued:
    """Make an integration. Raises ValidationError."""
    require(by.user, "integration.create")
    token = new_token()
    integration = Integration(**fields, digest=digest(token), token_end=token[-4:])
    integration.full_clean(exclude=["deleted_by"])
    integration.save(force_insert=True)
    after = {name: shown(getattr(integration, name)) for name in ("name", "format", "source", "severity")}
    Event.record(integration, by=by, verb="create-integration", after=after)
    return Issued(integration, token)


@transaction.atomic
def edit(integration: Integration, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Change what an integration is and may; switching it on and off has verbs of its own."""
    require(by.user, "integration.edit", integration)
    enabled = fields.pop("enabled", None)
    integration.change(verb="edit", by=by, note=note, version=version, **fields)
    if enabled is not None:
        (resume if enabled else pause)(integration, by=by, note=note)


def pause(integration: Integration, *, by: Actor, note: str = "") -> None:
    """Keep what comes without working it off."""
    require(by.user, "integration.edit", integration)
    integration.change(verb="pause", by=by, note=note, enabled=False)


def resume(integration: Integration, *, by: Actor, note: str = "") -> None:
    require(by.user, "integration.edit", integration)
    integration.change(verb="resume-integration", by=by, note=note, enabled=True)


@transaction.atomic
def rotate(integration: Integration, *, by: Actor, note: str = "", expires_at: datetime | None = None) -> Issued:
    """Give a new token; the old one dies at once. Without a new end, one that has passed is lifted."""
    require(by.user, "integration.edit", integration)
    row = integration.locked()
    row.expect_present()
    token = new_token()
    until = expires_at or (None if row.is_expired else row.expires_at)
    before = {"token_end": row.token_end}
    Integration.objects.filter(pk=row.pk).update(digest=digest(token), token_end=token[-4:], expires_at=until)
    integration.touch()
    integration.refresh_from_db()
    Event.record(integration, by=by, verb="rotate", before=before, after={"token_end": token[-4:]}, note=note)
    return Issued(integration, token)


def withdraw(integration: Integration, *, by: Actor, note: str) -> None:
    """Make the token worthless, for a reason; messages and incidents stay."""
    require(by.user, "integration.delete", integration)
    integration.hide(by=by, note=note)


def restore(integration: Integration, *, by: Actor, note: str = "") -> None:
    """Let a withdrawn integration work again, with the token it had."""
    require(by.user, "integration.undelete", integration)
    integration.unhide(by=by, note=note)


def new_token() -> str:
    return f"{TOKEN_MARK}{secrets.token_urlsafe(32)}"
