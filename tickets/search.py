"""How tickets are found; one that was merged into another is found as that, also by its own number."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import may
from accounts.policy import sees_all
from tickets.models import CommentFile, Ticket, TicketComment, TicketFile
from workflow.search.nouns import Noun, by_id

NOUN = Noun(
    "ticket",
    4,
    Ticket,
    _("Tickets"),
    "ticket",
    title="title",
    texts=("description", "location"),
    visible=Ticket.objects.visible_to,
    sees_all=sees_all("ticket.see"),
    lookup=by_id("tkt", "зая"),
    comments=TicketComment,
    files=TicketFile,
    comment_files=CommentFile,
    link="ticket",
    duplicates="duplicates",
    reads_internal=may("timeline.internal"),
    while_null=("deleted_at", "merged_into"),
)
