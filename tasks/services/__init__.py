"""Everything that can happen to a task.

Pages, API, admin and jobs change tasks only through here.
Raises PermissionDenied, ValidationError, Conflict (MoveRefused with the allowed list) or StaleVersion.
"""

from tasks.services.moving import (
    accept,
    ask_deadline,
    cancel,
    decide_deadline,
    delete,
    give_back,
    report_done,
    start,
    undelete,
)
from tasks.services.reminding import remind
from tasks.services.repeating import repeat
from tasks.services.setting import create, edit, hand_over
from tasks.services.talking import attach, check, comment, unwatch, watch

__all__ = [
    "accept",
    "ask_deadline",
    "attach",
    "cancel",
    "check",
    "comment",
    "create",
    "decide_deadline",
    "delete",
    "edit",
    "give_back",
    "hand_over",
    "remind",
    "repeat",
    "report_done",
    "start",
    "undelete",
    "unwatch",
    "watch",
]
