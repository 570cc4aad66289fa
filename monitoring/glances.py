"""Probes at a glance on pages of others: a tile of the home page, the outage behind a case or an incident."""

from collections import Counter
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from incidents.models import Incident
from monitoring import strips
from monitoring.models import Outage, TargetGroup
from suspensions.models import Suspension

OUTAGES_SHOWN = 5
DAY = timedelta(days=1)


class Row(NamedTuple):
    outage: Outage
    strip: strips.Strip | None  # the last day of its probe, while the outage lies in it


@require_safe
@by_policy("probe.see")
def tile(request: HttpRequest) -> HttpResponse:
    """How many probes look well, for the home page."""
    groups = TargetGroup.objects.visible_to(request.user).watched().for_list().prefetch_related("windows")
    standings = Counter(group.standing for group in groups)
    kinds = TargetGroup.Standing
    context = {
        "count": standings.total(),
        "up": standings[kinds.UP] + standings[kinds.LATE],
        "down": standings[kinds.DOWN],
        "unknown": standings[kinds.NODATA],
    }
    return render(request, "probes/tile.html", context)


@require_safe
@by_policy("probe.see")
def outage_of_incident(request: HttpRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    return block(request, Q(incident=incident))


@require_safe
@by_policy("probe.see")
def outage_of_case(request: HttpRequest, pk: int) -> HttpResponse:
    case = get_object_or_404(Suspension.objects.visible_to(request.user), pk=pk)
    return block(request, Q(suspension=case) | Q(siblings=case))


def block(request: HttpRequest, which: Q) -> HttpResponse:
    now = timezone.now()
    found = list(Outage.objects.visible_to(request.user).for_list().filter(which).distinct()[:OUTAGES_SHOWN])
    recent = [outage.group_id for outage in found if outage.finish is None or outage.finish > now - DAY]
    groups = TargetGroup.objects.for_list().prefetch_related("windows").filter(pk__in=recent)
    days = strips.days_of(list(groups), now) if recent else {}
    rows = [Row(outage, drawn(days, outage)) for outage in found]
    return render(request, "probes/block.html", {"rows": rows, "day_ago": now - DAY})


def drawn(days: dict[int, Any], outage: Outage) -> strips.Strip | None:
    return days[outage.group_id].strip() if outage.group_id in days else None
