"""What the home page tells at a glance: what is broken, who is on it, how long it waits."""

from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.policy import allows
from config import away, first_steps
from incidents.forms import ReportForm
from incidents.lists import without_storms
from incidents.models import Incident
from suspensions.models import Suspension
from tasks.lists import pressing

ROWS = 8
Status, Severity = Incident.Status, Incident.Severity
UNTAKEN = Q(status=Status.OPEN)
ACTIVE = Q(status__in=[Status.OPEN, Status.IN_PROGRESS])


def context(user: Any) -> dict[str, Any]:
    incidents = Incident.objects.visible_to(user).present()
    storms, calm = without_storms(incidents)
    urgent = calm.active().for_list().by_urgency()
    may_take = allows(user, "incident.take")
    mine = Q(assignee=user, status=Status.IN_PROGRESS) if may_take else Q(reporter=user)
    running = Suspension.objects.visible_to(user).running().select_related("process", "risk_source")
    cases = list(running.order_by("start", "pk"))
    down = [case for case in cases if not case.planned]
    figures = counted(incidents, ACTIVE & Q(assignee=user) if may_take else ACTIVE & mine)
    return {
        "section": "home",
        "figures": figures,
        "headline": headline(figures, len({case.process_id for case in down})),
        "storms": storms,
        "untaken": urgent.untaken()[:ROWS],
        "mine": urgent.filter(mine)[:ROWS],
        "taken": urgent.filter(status=Status.IN_PROGRESS).exclude(mine)[:ROWS],
        "resolved": incidents.filter(status=Status.RESOLVED).for_list().order_by("-updated_at")[:5],
        "down": [{"case": case} for case in down[:ROWS]],
        "down_count": len(down),
        "works": [case for case in cases if case.planned][:ROWS],
        "may_take": may_take,
        "tasks": list(pressing(user)[:ROWS]) if allows(user, "task.done") else [],
        "form": ReportForm(),
        **away.context(user),
        **first_steps.context(user),
    }


def counted(incidents: Any, mine: Q) -> dict[str, Any]:
    """Return every figure of the tiles from one query over what is not closed."""
    return incidents.exclude(status=Status.CLOSED).aggregate(
        untaken=Count("pk", filter=UNTAKEN),
        waits_since=Min("created_at", filter=UNTAKEN & Q(snoozed_until=None)),
        active=Count("pk", filter=ACTIVE),
        critical=Count("pk", filter=ACTIVE & Q(severity=Severity.CRITICAL)),
        high=Count("pk", filter=ACTIVE & Q(severity=Severity.HIGH)),
        mine=Count("pk", filter=mine),
        resolved=Count("pk", filter=Q(status=Status.RESOLVED)),
    )


def headline(figures: dict[str, Any], down: int) -> str:
    """Say in one sentence how things stand."""
    if untaken := figures["untaken"]:
        return ngettext("%(count)s incident waits for somebody", "%(count)s incidents wait for somebody", untaken) % {
            "count": untaken
        }
    if down:
        return ngettext("%(count)s process does not work", "%(count)s processes do not work", down) % {"count": down}
    return _("Everything is taken") if figures["active"] else _("Nothing is broken")
