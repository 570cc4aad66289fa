"""Housekeeping of the workflow itself."""

from datetime import datetime

from workflow.models import IdempotencyKey


def purge_idempotency_keys(*, at: datetime) -> int:
    """Remove the keys that expired before `at` and return how many."""
    return IdempotencyKey.objects.expired(at).delete()[0]
