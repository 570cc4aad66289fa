"""Status moves, the trail they leave, and what every registered noun shares. Knows nothing of the apps that use it."""

from workflow.models.comment import Comment
from workflow.models.event import Event
from workflow.models.idempotency import IdempotencyKey
from workflow.models.search import SearchDocument
from workflow.models.stateful import (
    Conflict,
    MoveRefused,
    Registered,
    RegisteredQuerySet,
    StaleVersion,
    Stateful,
    plain_rows,
)

__all__ = [
    "Comment",
    "Conflict",
    "Event",
    "IdempotencyKey",
    "MoveRefused",
    "Registered",
    "RegisteredQuerySet",
    "SearchDocument",
    "StaleVersion",
    "Stateful",
    "plain_rows",
]
