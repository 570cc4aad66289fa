from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import by_policy
from suspensions.analytics.charts import Bars, Label, bars, of_count
from tasks.analytics import sheets
from tasks.analytics.forms import ROLES, RecordForm
from tasks.analytics.reading import Line, Reading
from workflow.actor import actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send

MOST_LABELS = 12


@require_safe
@by_policy("task_record.see")
def index(request: HttpRequest) -> HttpResponse:
    form = asked(request)
    context: dict[str, Any] = {"section": "tasks", "form": form, "roles": ROLES}
    if not form.is_valid():
        return render(request, "tasks/analytics.html", context, status=400)
    reading = form.reading(request.user)  # type: ignore[arg-type]
    shown = {"reading": reading, "totals": chart(reading.trend, "total"), "shares": chart(reading.trend, "on_time")}
    return render(request, "tasks/analytics.html", context | shown)


@require_safe
@by_policy("task_record.see")
def export(request: HttpRequest) -> HttpResponseBase:
    form, wanted = asked(request), request.GET.get("format", "xlsx")
    if not form.is_valid():
        return render(request, "tasks/analytics.html", {"section": "tasks", "form": form, "roles": ROLES}, status=400)
    reading: Reading = form.reading(request.user)  # type: ignore[arg-type]
    kind = wanted if wanted in FORMATS else "xlsx"
    return send(sheets.register(reading), kind, by=actor(request), filters=filters_of(request.GET))


def asked(request: HttpRequest) -> RecordForm:
    form = RecordForm(request.GET)
    if form.is_valid() and form.asks_for_others(request.user):  # type: ignore[arg-type]
        raise PermissionDenied(_("Your role does not allow this."))
    return form


def chart(trend: list[Line], name: str) -> Bars:
    """Return a bar for each month: how many tasks were due, or how many of them were done on time."""
    every = -(-len(trend) // MOST_LABELS)
    values = [getattr(line.figures, name) for line in trend]
    words = [f"{date_format(line.key, 'F Y')}: {value}" for line, value in zip(trend, values, strict=True)]
    labels = [
        Label("", date_format(line.key, "M")) if number % every == 0 else None for number, line in enumerate(trend)
    ]
    drawn = bars(values, words, labels, of_count)
    return drawn if any(values) else drawn._replace(finding=_("No tasks."))
