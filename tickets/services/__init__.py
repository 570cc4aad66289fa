"""Everything that can happen to a ticket.

Pages, API, admin and jobs change tickets only through here.
Raises PermissionDenied, ValidationError, Conflict (MoveRefused with the allowed list) or StaleVersion.
"""

from tickets.services.growing import make_incident, make_task, replace_incident
from tickets.services.moving import accept, assign, cancel, close, delete, hand_over, reopen, resolve, start, undelete
from tickets.services.saving import drop_view, save_view
from tickets.services.setting import create, edit, revise, set_priority
from tickets.services.talking import answer, attach, comment, unwatch, watch
from tickets.services.waiting import resume, wait

__all__ = [
    "accept",
    "answer",
    "assign",
    "attach",
    "cancel",
    "close",
    "comment",
    "create",
    "delete",
    "drop_view",
    "edit",
    "hand_over",
    "make_incident",
    "make_task",
    "reopen",
    "replace_incident",
    "resolve",
    "resume",
    "revise",
    "save_view",
    "set_priority",
    "start",
    "undelete",
    "unwatch",
    "wait",
    "watch",
]
