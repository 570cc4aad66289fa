"""The list of incidents as a page shows it: tabs, chips, order and pages over the filters that the API has too."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.policy import allows
from incidents.filters import IncidentFilter
from incidents.forms import responders
from incidents.models import Incident, IncidentQuerySet, Storm
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
URGENT_FIRST = {"active", "untaken", "mine"}  # the others may be long: newest first, by the index
SUMMED = {"active", "untaken"}  # where a storm is one line; whoever filters sees its incidents
STORMS = 20
Status = Incident.Status
ACTIVE = Q(status__in=[Status.OPEN, Status.IN_PROGRESS])


def tabs(user: Any) -> dict[str, tuple[Any, Q]]:
    """Return the tabs: name -> words, condition."""
    return {
        "active": (_("Open"), ACTIVE),
        "untaken": (_("Not taken"), Q(status=Status.OPEN)),
        "mine": (_("Mine"), ACTIVE & Q(assignee=user)),
        "reported": (_("Reported by me"), Q(reporter=user)),
        "resolved": (_("Resolved"), Q(status=Status.RESOLVED)),
        "closed": (_("Closed"), Q(status=Status.CLOSED)),
        "all": (_("All"), Q()),
    }


@dataclass
class Chosen:
    """What the reader asked for: the tab, the filters as they were understood, and the rows."""

    tab: str
    filterset: IncidentFilter
    rows: IncidentQuerySet


def chosen(request: HttpRequest) -> Chosen:
    """Return the rows of tab and filters; a filter that means nothing finds nothing and is shown as such."""
    conditions = tabs(request.user)
    tab = request.GET.get("tab", "active")
    tab = tab if tab in conditions else "active"
    rows = Incident.objects.visible_to(request.user).present()
    filterset = IncidentFilter(request.GET, queryset=rows.filter(conditions[tab][1]), request=request)
    found = filterset.qs if filterset.is_valid() else rows.none()
    urgent_first = tab in URGENT_FIRST and not request.GET.get("ordering")
    return Chosen(tab, filterset, found.by_urgency() if urgent_first else found)


def without_storms(rows: IncidentQuerySet) -> tuple[list[Storm], IncidentQuerySet]:
    """Take the incidents of storms out of `rows`; each storm is shown as one summary instead."""
    storms = list(Storm.objects.with_active()[:STORMS])
    return storms, rows.exclude(storm__in=storms) if storms else rows


def context(request: HttpRequest) -> dict[str, Any]:
    asked = chosen(request)
    is_filtered = any(request.GET.get(name) for name in asked.filterset.filters if name != "ordering")
    summed = asked.tab in SUMMED and not is_filtered
    storms, rows = without_storms(asked.rows) if summed else ([], asked.rows)
    return {
        "storms": storms,
        "section": "incidents",
        "tabs": counted_tabs(request.user, asked.tab),
        "tab": asked.tab,
        "filter": asked.filterset,
        "page": page_of(rows.for_list(), request),
        "severities": Incident.Severity.choices[::-1],
        "sources": Incident.Source.choices,
        "assignees": [("none", _("nobody")), *((str(user.pk), user.name) for user in responders()[:100])],
        "periods": periods(),
        "is_filtered": is_filtered,
        "may_take": allows(request.user, "incident.take"),
        "may_bulk": allows(request.user, "incident.take"),
        "may_report": allows(request.user, "incident.create"),
        "orders": orders(),
    }


def counted_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Count the small tabs in one query; closed ones and all are not worth the cost."""
    conditions = tabs(user)
    small = ("active", "untaken", "mine", "resolved")
    incidents = Incident.objects.visible_to(user).present().exclude(status=Status.CLOSED)
    counts = incidents.aggregate(**{name: Count("pk", filter=conditions[name][1]) for name in small})
    return [
        {"name": name, "label": words, "count": counts.get(name), "hot": name == "untaken", "current": name == current}
        for name, (words, _condition) in conditions.items()
    ]


def page_of(rows: Any, request: HttpRequest) -> Page:
    return BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def periods() -> list[tuple[str, Any]]:
    """Return the beginnings that people ask for most: date -> words."""
    today = timezone.localdate()
    spans = [(0, _("today")), (6, _("the last 7 days")), (29, _("the last 30 days"))]
    return [((today - timedelta(days=days)).isoformat(), words) for days, words in spans]


def orders() -> list[tuple[str, Any]]:
    """Return the orders that a phone offers, where there are no column heads to touch."""
    return [
        ("", _("the urgent first")),
        ("-updated_at", _("changed last")),
        ("-created_at", _("newest")),
        ("created_at", _("oldest")),
    ]
