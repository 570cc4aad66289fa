"""What employees ask the technicians for, and what belongs to it."""

from tickets.models.category import Category, CategoryQuerySet
from tickets.models.parts import CommentFile, Pause, TicketComment, TicketFile, TicketTask, TicketWatcher, files_of
from tickets.models.replies import CannedReply, CannedReplyQuerySet
from tickets.models.targets import SlaTarget, SlaTargetQuerySet
from tickets.models.ticket import DESCRIPTION_LIMIT, TITLE_LIMIT, Ticket, TicketQuerySet
from tickets.models.view import SavedView
from tickets.models.warning import SlaWarning

__all__ = [
    "DESCRIPTION_LIMIT",
    "TITLE_LIMIT",
    "CannedReply",
    "CannedReplyQuerySet",
    "Category",
    "CategoryQuerySet",
    "CommentFile",
    "Pause",
    "SavedView",
    "SlaTarget",
    "SlaTargetQuerySet",
    "SlaWarning",
    "Ticket",
    "TicketComment",
    "TicketFile",
    "TicketQuerySet",
    "TicketTask",
    "TicketWatcher",
    "files_of",
]
