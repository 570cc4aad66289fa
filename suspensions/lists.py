"""The journal of downtime as a page shows it: tabs, chips, order and pages over the filters that the API has too."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.policy import allows
from suspensions.filters import SuspensionFilter
from suspensions.models import RiskSource, Suspension, SuspensionQuerySet, TechProcess
from suspensions.models.suspension import UNCOUNTED
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50
Status = Suspension.Status
DRAFT = Q(status=Status.DRAFT)
LIVE = Q(finish=None) & ~Q(status__in=UNCOUNTED)


def tabs(user: Any) -> dict[str, tuple[Any, Q]]:
    """Return the tabs: name -> words, condition."""
    now = timezone.now()
    shown = {
        "all": (_("All"), ~DRAFT),
        "running": (_("Running"), LIVE & Q(start__lte=now, planned=False)),
        "planned": (_("Planned work"), LIVE & Q(planned=True)),
        "restored": (_("To check"), Q(status=Status.RESTORED)),
        "mine": (_("Mine"), Q(author=user) & ~DRAFT),
        "closed": (_("Closed"), Q(status=Status.CLOSED)),
    }
    return shown | ({"drafts": (_("Drafts"), DRAFT)} if allows(user, "suspension.confirm") else {})


@dataclass
class Chosen:
    """What the reader asked for: the tab, the filters as they were understood, and the rows."""

    tab: str
    filterset: SuspensionFilter
    rows: SuspensionQuerySet


def chosen(request: HttpRequest) -> Chosen:
    """Return the rows of tab and filters; a filter that means nothing finds nothing and is shown as such."""
    conditions = tabs(request.user)
    tab = request.GET.get("tab", "all")
    tab = tab if tab in conditions else "all"
    rows = Suspension.objects.visible_to(request.user).present()
    filterset = SuspensionFilter(request.GET, queryset=rows.filter(conditions[tab][1]), request=request)
    filterset.drafts = tab == "drafts"
    return Chosen(tab, filterset, filterset.qs if filterset.is_valid() else rows.none())


def context(request: HttpRequest) -> dict[str, Any]:
    asked = chosen(request)
    return {
        "section": "suspensions",
        "tabs": counted_tabs(request.user, asked.tab),
        "tab": asked.tab,
        "filter": asked.filterset,
        "page": page_of(asked.rows.for_list(), request),
        "processes": [(str(process.pk), str(process)) for process in TechProcess.objects.present()],
        "sources": [(str(source.pk), str(source)) for source in RiskSource.objects.present()],
        "kinds": Suspension.Kind.choices,
        "origins": Suspension.Origin.choices,
        "planning": [("true", _("planned")), ("false", _("not planned"))],
        "periods": periods(),
        "is_filtered": any(request.GET.get(name) for name in asked.filterset.filters if name != "ordering"),
        "may_record": allows(request.user, "suspension.create"),
        "may_import": allows(request.user, "suspension.import"),
    }


def counted_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Count the small tabs in one query; closed ones and all are not worth the cost."""
    conditions = tabs(user)
    small = [name for name in ("running", "planned", "restored", "drafts") if name in conditions]
    cases = Suspension.objects.visible_to(user).present().exclude(status=Status.CLOSED)
    counts = cases.aggregate(**{name: Count("pk", filter=conditions[name][1]) for name in small})
    return [
        {"name": name, "label": words, "count": counts.get(name), "hot": name == "running", "current": name == current}
        for name, (words, _condition) in conditions.items()
    ]


def page_of(rows: Any, request: HttpRequest) -> Page:
    return BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def periods() -> list[tuple[str, Any]]:
    """Return the beginnings that people ask for most: date -> words."""
    today = timezone.localdate()
    return [
        (today.isoformat(), _("today")),
        ((today - timedelta(days=29)).isoformat(), _("the last 30 days")),
        (today.replace(day=1).isoformat(), _("this month")),
        (today.replace(month=1, day=1).isoformat(), _("this year")),
    ]
