"""What employees ask the technicians for, and what belongs to it."""

from tickets.models.category import Category, CategoryQuerySet
from tickets.models.parts import CommentFile, Pause, TicketComment, TicketFile, TicketTask, TicketWatcher
from tickets.models.ticket import DESCRIPTION_LIMIT, PERSON, ROW, TITLE_LIMIT, Ticket, TicketQuerySet

__all__ = [
    "DESCRIPTION_LIMIT",
    "PERSON",
    "ROW",
    "TITLE_LIMIT",
    "Category",
    "CategoryQuerySet",
    "CommentFile",
    "Pause",
    "Ticket",
    "TicketComment",
    "TicketFile",
    "TicketQuerySet",
    "TicketTask",
    "TicketWatcher",
]
