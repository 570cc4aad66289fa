"""The one stream of a ticket: what was said, put on it and changed, in the order in which it happened."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from accounts.policy import allows
from tickets.models import Ticket
from workflow.models import Event
from workflow.models.event import EventQuerySet

SAID = ["comment", "attach"]


def of(ticket: Ticket, user: Any) -> EventQuerySet:
    """Return the events that this reader may see, with what was said on duplicates before they were merged into it."""
    mine = Q(subject_id=ticket.pk)
    merged = Q(subject_id__in=Ticket.objects.filter(merged_into=ticket).values("pk"), verb__in=SAID)
    rows = Event.objects.filter(mine | merged, subject_type=ContentType.objects.get_for_model(Ticket))
    return rows.readable(internal=allows(user, "timeline.internal")).order_by("at", "pk").for_list()
