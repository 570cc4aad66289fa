"""The audit for people."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from config.audit import exports, subjects
from config.audit.filters import TrailFilter, filter_of
from config.audit.trail import Trail, TrailPaginator
from workflow.actor import Channel, actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send
from workflow.wording import VERBS

PAGE_SIZE = 50


@require_safe
@by_policy("audit.see")
def audit(request: HttpRequest) -> HttpResponse:
    filters = filter_of(request.GET, request.user)
    page = TrailPaginator(understood(filters), PAGE_SIZE).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    about = subjects.found(page.object_list, request.user)
    context = {
        "section": "audit",
        "filter": filters,
        "page": page,
        "lines": [(line, about.get(line.id)) for line in page.object_list],
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "nouns": subjects.choices(),
        "verbs": sorted(((verb, words.text) for verb, words in VERBS.items()), key=lambda pair: str(pair[1])),
        "channels": Channel.choices,
        "periods": periods(),
        "formats": FORMATS,
    }
    return render(request, "audit/audit.html", context)


@require_safe
@by_policy("audit.export")
def export(request: HttpRequest) -> HttpResponseBase:
    form = request.GET.get("format", "csv")
    trail = understood(filter_of(request.GET, request.user))
    form = form if form in FORMATS else "csv"
    return send(exports.register(trail), form, by=actor(request), filters=filters_of(request.GET))


def understood(filters: TrailFilter) -> Trail:
    """Return the lines; a filter that means nothing finds nothing and is shown as such."""
    return filters.trail() if filters.is_valid() else Trail(filters.queryset.none(), None)


def periods() -> list[tuple[str, Any]]:
    """Return the beginnings that people ask for most: date -> words."""
    today = timezone.localdate()
    spans = [(0, _("today")), (6, _("the last 7 days")), (29, _("the last 30 days"))]
    return [((today - timedelta(days=days)).isoformat(), words) for days, words in spans]
