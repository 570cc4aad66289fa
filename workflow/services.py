"""What all nouns share: doing a verb at a version, and housekeeping."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from workflow.models import IdempotencyKey, Registered


@transaction.atomic
def at_version[Result](
    subject: Registered, version: int | None, verb: Callable[..., Result], **arguments: Any
) -> Result:
    """Do `verb` to `subject` only while it is at `version`; None does not mind. Raises StaleVersion."""
    if version is not None:
        subject.locked().expect_version(version)
    return verb(subject, **arguments)


def purge_idempotency_keys(*, at: datetime) -> int:
    """Remove the keys that expired before `at` and return how many."""
    return IdempotencyKey.objects.expired(at).delete()[0]
