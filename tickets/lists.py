"""The queue of tickets as a page shows it: tabs, saved views, chips, order and pages over the API's filters."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.policy import allows
from tickets.filters import TicketFilter
from tickets.forms import technicians
from tickets.models import Category, SavedView, Ticket, TicketQuerySet
from tickets.models.ticket import OPENED
from workflow.pagination import BoundedPaginator

PAGE_SIZE, TILE_ROWS = 50, 8
URGENT_FIRST = {"queue", "mine", "open", "waiting"}  # the others may be long: newest first, by the index
Status = Ticket.Status


def tabs(user: Any) -> dict[str, tuple[Any, Q]]:
    """Return the tabs: name -> words, condition. Whoever only asks has no queue."""
    own = {
        "filed": (_("Filed by me"), Q(creator=user)),
        "confirm": (_("For me to confirm"), Q(creator=user, status=Status.RESOLVED)),
    }
    desk = {
        "queue": (_("Queue"), Q(status=Status.NEW)),
        "mine": (pgettext_lazy("tickets", "Mine"), Q(assignee=user, status__in=OPENED)),
        "open": (pgettext_lazy("tickets", "All open"), Q(status__in=OPENED)),
        "waiting": (_("Wait for the creator"), Q(waiting_since__isnull=False)),
        "resolved": (pgettext_lazy("tickets", "To check"), Q(status=Status.RESOLVED)),
    }
    everything = {"all": (pgettext_lazy("tickets", "All"), Q())}
    return (desk if is_desk(user) else {}) | own | everything


def is_desk(user: Any) -> bool:
    """Say whether this person looks at the tickets of others."""
    return allows(user, "timeline.internal")


@dataclass
class Chosen:
    """What the reader asked for: the tab, the filters as they were understood, and the rows."""

    tab: str
    filterset: TicketFilter
    rows: TicketQuerySet


def chosen(request: HttpRequest) -> Chosen:
    """Return the rows of tab and filters; a filter that means nothing finds nothing and is shown as such."""
    conditions = tabs(request.user)
    usual = next(iter(conditions))
    tab = request.GET.get("tab", usual)
    tab = tab if tab in conditions else usual
    rows = Ticket.objects.visible_to(request.user).present()
    filterset = TicketFilter(request.GET, queryset=rows.filter(conditions[tab][1]), request=request)
    found = filterset.qs if filterset.is_valid() else rows.none()
    urgent_first = tab in URGENT_FIRST and not request.GET.get("ordering")
    return Chosen(tab, filterset, found.by_urgency() if urgent_first else found)


def context(request: HttpRequest) -> dict[str, Any]:
    asked, user = chosen(request), request.user
    return {
        "section": "tickets",
        "tabs": counted_tabs(user, asked.tab),
        "tab": asked.tab,
        "filter": asked.filterset,
        "page": page_of(asked.rows.for_list(), request),
        "views": saved_views(request),
        "query": query_of(request.GET),
        "is_filtered": any(request.GET.get(name) for name in asked.filterset.filters if name != "ordering"),
        "is_desk": is_desk(user),
        "may_create": allows(user, "ticket.create"),
        "may_accept": allows(user, "ticket.accept"),
        "may_bulk": allows(user, "ticket.assign"),
        **choices(user),
    }


def choices(user: Any) -> dict[str, Any]:
    """Return what the filters offer."""
    people = [(str(person.pk), person.name) for person in technicians()[:100]] if is_desk(user) else []
    return {
        "priorities": Ticket.Priority.choices[::-1],
        "statuses": Ticket.Status.choices,
        "categories": [(str(pk), name) for pk, name in Category.objects.present().values_list("pk", "name")],
        "technicians": people,
        "periods": periods(),
        "orders": orders(),
    }


def counted_tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Count the small tabs in one query; all there ever were is not worth the cost."""
    conditions = tabs(user)
    small = [name for name in conditions if name not in {"all", "filed"}]
    active = Ticket.objects.visible_to(user).present().filter(status__in=[*OPENED, Status.RESOLVED])
    counts = active.aggregate(**{name: Count("pk", filter=conditions[name][1]) for name in small})
    hot = {"queue", "confirm"}
    return [
        {"name": name, "label": words, "count": counts.get(name), "hot": name in hot, "current": name == current}
        for name, (words, _condition) in conditions.items()
    ]


def saved_views(request: HttpRequest) -> list[dict[str, Any]]:
    now = query_of(request.GET)
    views = SavedView.objects.filter(user_id=request.user.pk)
    return [{"view": view, "current": view.query == now} for view in views]


def query_of(asked: QueryDict) -> str:
    """Return what of a query string a saved view keeps: tab, filters, order, in one order."""
    names = sorted({"tab", *TicketFilter.base_filters} & set(asked))
    kept = QueryDict(mutable=True)
    for name in names:
        kept.setlist(name, sorted(value for value in asked.getlist(name) if value))
    return kept.urlencode()


def page_of(rows: Any, request: HttpRequest) -> Page:
    return BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def periods() -> list[tuple[str, Any]]:
    """Return the beginnings that people ask for most: date -> words."""
    today = timezone.localdate()
    spans = [(0, _("today")), (6, _("the last 7 days")), (29, _("the last 30 days"))]
    return [((today - timedelta(days=days)).isoformat(), words) for days, words in spans]


def orders() -> list[tuple[str, Any]]:
    return [
        ("", _("the urgent first")),
        ("due_at", _("the nearest deadline first")),
        ("-updated_at", _("changed last")),
        ("-created_at", _("newest")),
        ("created_at", _("oldest")),
    ]


def pressing(user: Any) -> TicketQuerySet:
    """Return what waits for this person: theirs to do, in nobody's hands, or resolved and to be confirmed."""
    mine = Q(assignee=user, status__in=OPENED)
    own = Q(creator=user, status__in=[*OPENED, Status.RESOLVED])
    wanted = mine | Q(status=Status.NEW) if is_desk(user) else own
    if allows(user, "ticket.assign"):
        wanted |= Q(status=Status.RESOLVED)
    return Ticket.objects.visible_to(user).present().filter(wanted).for_list().by_urgency()


def tile(user: Any) -> dict[str, Any]:
    """What the home page shows of tickets: figures and the most urgent."""
    rows = list(pressing(user)[:TILE_ROWS])
    return {"tickets": rows, "tabs": counted_tabs(user, ""), "is_desk": is_desk(user)}
