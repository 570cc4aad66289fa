"""What happened while somebody was away: told on the home page after a night or a weekend."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from incidents.models import Incident
from suspensions.models import Suspension
from tasks.models import Task
from tasks.models.task import today


def context(user: Any) -> dict[str, Any]:
    """Return {"away": figures} for whoever has just come back, else nothing."""
    since = getattr(user, "away_since", None)
    if since is None:
        return {}
    figures = incidents(user, since) | downtime(user, since) | tasks(user, since)
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
