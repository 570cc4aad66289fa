"""What happened while somebody was away: told on the home page after a night or a weekend."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.policy import allows
from incidents.models import Incident
from suspensions.models import Suspension
from tasks.models import Task
from tasks.models.task import today
from tickets.models import Ticket, TicketComment
from tickets.models.ticket import OPENED


def context(user: Any) -> dict[str, Any]:
    """Return {"away": figures} for whoever has just come back, else nothing."""
    since = getattr(user, "away_since", None)
    if since is None:
        return {}
    figures = incidents(user, since) | downtime(user, since) | tasks(user, since) | tickets(user, since)
    return {"away": figures | {"since": since, "quiet": not any(figures.values())}}


def incidents(user: Any, since: datetime) -> dict[str, int]:
    critical = Q(severity=Incident.Severity.CRITICAL)
    return (
        Incident.objects.visible_to(user)
        .present()
        .aggregate(
            opened=Count("pk", filter=Q(created_at__gte=since)),
            critical=Count("pk", filter=critical & Q(created_at__gte=since)),
            resolved=Count("pk", filter=Q(resolved_at__gte=since)),
        )
    )


def downtime(user: Any, since: datetime) -> dict[str, int]:
    """Cases that ran in the meantime, begun before it or not."""
    ran = Suspension.objects.visible_to(user).counted().in_period(since, timezone.now())
    return ran.aggregate(cases=Count("pk"), running=Count("pk", filter=Q(finish=None)))


def tasks(user: Any, since: datetime) -> dict[str, int]:
    theirs = Q(executor=user) & ~Q(author=user)
    late = Q(executor=user, status__in=[Task.Status.OPEN, Task.Status.IN_PROGRESS], deadline__lt=today())
    became_late = late & Q(deadline__gte=timezone.localtime(since).date())
    return (
        Task.objects.visible_to(user)
        .present()
        .aggregate(
            given=Count("pk", filter=theirs & Q(created_at__gte=since)),
            reported=Count("pk", filter=Q(author=user, status=Task.Status.DONE, done_at__gte=since)),
            overdue=Count("pk", filter=became_late),
        )
    )


def tickets(user: Any, since: datetime) -> dict[str, int]:
    """What the desk said about this person's tickets, each in one place, and for the desk what came to it."""
    own, new = Q(creator=user), Q(status=Ticket.Status.NEW)
    takes = allows(user, "ticket.accept")
    said = TicketComment.objects.filter(ticket=OuterRef("pk"), internal=False, created_at__gte=since)
    answered = Q(own, Exists(said.exclude(author=user)), status__in=OPENED, waiting_since=None)
    rows = Ticket.objects.present().filter(own | Q(assignee=user) | (new if takes else Q(pk=None)))
    return rows.aggregate(
        confirm=Count("pk", filter=own & Q(status=Ticket.Status.RESOLVED, resolved_at__gte=since)),
        awaited=Count("pk", filter=own & Q(waiting_since__gte=since)),
        answered=Count("pk", filter=answered),
        handed=Count("pk", filter=Q(assignee=user, status__in=OPENED, assigned_at__gte=since)),
        queued=Count("pk", filter=new & Q(created_at__gte=since) & ~own),
    )
