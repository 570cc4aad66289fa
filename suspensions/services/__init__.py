"""Everything that can happen to downtime cases, to the dictionaries and limits that judge them, and to risks.

Pages, API, admin, commands, jobs and the probe change them only through here. Raises PermissionDenied,
ValidationError, Conflict (MoveRefused with the allowed list) or StaleVersion.
"""

from suspensions.services.changing import (
    correct,
    plan,
    propose_report,
    record,
    regulate,
    require_revision,
    revise,
    unplan,
    withdraw_report,
)
from suspensions.services.dictionaries import (
    create_process,
    create_risk_source,
    edit_process,
    edit_risk_source,
    first_start,
    sync_dictionaries,
)
from suspensions.services.limits import approve_limit, correct_limit, end_limit, propose_limit, withdraw_limit
from suspensions.services.moving import call_off, close, confirm, investigate, reopen, restore
from suspensions.services.registering import register, register_siblings
from suspensions.services.reminding import remind_of_planned
from suspensions.services.risks import (
    create_risk,
    delete_risk,
    edit_risk,
    link,
    remind_of_reviews,
    undelete_risk,
    unlink,
)
from suspensions.services.segments import add_segment, replace_segments
from suspensions.services.talking import attach, comment, delete, undelete

__all__ = [
    "add_segment",
    "approve_limit",
    "attach",
    "call_off",
    "close",
    "comment",
    "confirm",
    "correct",
    "correct_limit",
    "create_process",
    "create_risk",
    "create_risk_source",
    "delete",
    "delete_risk",
    "edit_process",
    "edit_risk",
    "edit_risk_source",
    "end_limit",
    "first_start",
    "investigate",
    "link",
    "plan",
    "propose_limit",
    "propose_report",
    "record",
    "register",
    "register_siblings",
    "regulate",
    "remind_of_planned",
    "remind_of_reviews",
    "reopen",
    "replace_segments",
    "require_revision",
    "restore",
    "revise",
    "sync_dictionaries",
    "undelete",
    "undelete_risk",
    "unlink",
    "unplan",
    "withdraw_limit",
    "withdraw_report",
]
