"""The page of broken promises."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from tickets.models import Ticket
from tickets.sla import breaches
from tickets.sla.breaches import BreachFilter
from workflow.actor import actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send
from workflow.pagination import BoundedPaginator

PAGE_SIZE = 50


def chosen(request: HttpRequest) -> tuple[BreachFilter, Any]:
    """Return the filters as they were understood, and the rows; what means nothing finds nothing."""
    rows = breaches.breached(request.user, timezone.now()).for_list().order_by("-created_at", "-pk")
    found = BreachFilter(request.GET, queryset=rows, request=request)
    return found, found.qs if found.is_valid() else rows.none()


@require_safe
@by_policy("ticket_record.see")
def index(request: HttpRequest) -> HttpResponse:
    found, rows = chosen(request)
    page = BoundedPaginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "section": "ticket-analytics",
        "filter": found,
        "page": page,
        "breaches": breaches.judged(page.object_list, timezone.now()),
        "waiting": [("true", _("still waits")), ("false", _("kept too late"))],
        "priorities": Ticket.Priority.choices[::-1],
        "formats": FORMATS,
        "is_filtered": any(request.GET.get(name) for name in found.filters if name != "ordering"),
    }
    return render(request, "tickets/breaches.html", context)


@require_safe
@by_policy("ticket_record.see")
def export(request: HttpRequest) -> HttpResponseBase:
    _found, rows = chosen(request)
    form = request.GET.get("format", "csv")
    register = breaches.register(rows, timezone.now())
    return send(register, form if form in FORMATS else "csv", by=actor(request), filters=filters_of(request.GET))
