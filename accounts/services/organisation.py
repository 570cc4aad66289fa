"""Who the organisation is and how it counts."""

from typing import Any

from accounts import organisation
from accounts.models import Organisation
from accounts.policy import require
from workflow.actor import Actor


def edit_organisation(subject: Organisation, *, by: Actor, version: int | None = None, **fields: Any) -> None:
    """Change name, time zone or ways of counting; other processes know within `organisation.KEEP_SECONDS`."""
    require(by.user, "organisation.edit")
    if subject.change(verb="edit", by=by, version=version, **fields):
        organisation.changed()
