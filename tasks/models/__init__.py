"""Promises with deadlines, programmes of daily assignments, and what belongs to them."""

from tasks.models.membership import (
    JoinRequest,
    JoinRequestQuerySet,
    Member,
    MemberQuerySet,
    Membership,
    MembershipQuerySet,
)
from tasks.models.parts import ChecklistItem, Reminder, TaskComment, TaskFile, TaskWatcher
from tasks.models.programme import (
    Assignment,
    AssignmentPicture,
    AssignmentQuerySet,
    Programme,
    ProgrammeDay,
    ProgrammeQuerySet,
)
from tasks.models.report import Report, ReportPhoto, ReportQuerySet
from tasks.models.task import DESCRIPTION_LIMIT, TITLE_LIMIT, Task, TaskQuerySet

__all__ = [
    "DESCRIPTION_LIMIT",
    "TITLE_LIMIT",
    "Assignment",
    "AssignmentPicture",
    "AssignmentQuerySet",
    "ChecklistItem",
    "JoinRequest",
    "JoinRequestQuerySet",
    "Member",
    "MemberQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Programme",
    "ProgrammeDay",
    "ProgrammeQuerySet",
    "Reminder",
    "Report",
    "ReportPhoto",
    "ReportQuerySet",
    "Task",
    "TaskComment",
    "TaskFile",
    "TaskQuerySet",
    "TaskWatcher",
]
