"""Everything that can happen to programmes, assignments, members and reports.

Pages, API, admin, bot and jobs change them only through here.
Raises PermissionDenied, ValidationError, Conflict (MoveRefused with the allowed list) or StaleVersion.
"""

from tasks.programmes.services.cataloguing import (
    archive_assignment,
    create_assignment,
    edit_assignment,
    put_picture,
    unarchive_assignment,
)
from tasks.programmes.services.joining import (
    apply,
    approve_request,
    correct_profile,
    decline_request,
    edit_member,
    exclude,
    readmit,
)
from tasks.programmes.services.keeping import (
    cancel,
    create,
    delete,
    edit,
    fill_calendar,
    finish,
    plan_day,
    start,
    undelete,
)
from tasks.programmes.services.reporting import approve, decline, send, skip
from tasks.programmes.services.ticking import tick

__all__ = [
    "apply",
    "approve",
    "approve_request",
    "archive_assignment",
    "cancel",
    "correct_profile",
    "create",
    "create_assignment",
    "decline",
    "decline_request",
    "delete",
    "edit",
    "edit_assignment",
    "edit_member",
    "exclude",
    "fill_calendar",
    "finish",
    "plan_day",
    "put_picture",
    "readmit",
    "send",
    "skip",
    "start",
    "tick",
    "unarchive_assignment",
    "undelete",
]
