"""The page of the figures, and their files."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import by_policy
from suspensions.analytics.charts import MANY_DAYS, Bars, Label, bars, day_label, of_count, per_cent
from suspensions.analytics.periods import PRESETS
from suspensions.analytics.wording import date_of
from tickets.analytics import sheets
from tickets.analytics.figures import Day
from tickets.analytics.forms import QueryForm
from tickets.analytics.reading import Line, Reading
from tickets.models import Category, Ticket
from workflow.actor import actor
from workflow.exports import FORMATS, filters_of
from workflow.exports import export as send

MOST_LABELS = 12
FEW_DAYS = 10


class Age(NamedTuple):
    """A box of open tickets as a bar across."""

    words: str
    tickets: int
    width: str


@require_safe
@by_policy("ticket_record.see")
def index(request: HttpRequest) -> HttpResponse:
    form = asked(request)
    if not form.is_valid():
        return refused(request, form)
    reading = form.reading(request.user)
    return render(request, "tickets/analytics/page.html", chips(form, reading) | context(reading))


@require_safe
@by_policy("ticket_record.see")
def export(request: HttpRequest) -> HttpResponseBase:
    form, wanted = asked(request), request.GET.get("format", "xlsx")
    if not form.is_valid() or wanted not in FORMATS:
        return refused(request, form)
    register = sheets.register(form.reading(request.user))
    return send(register, wanted, by=actor(request), filters=filters_of(request.GET))


def asked(request: HttpRequest) -> QueryForm:
    form = QueryForm(request.GET)
    if form.is_valid() and form.asks_for_others(request.user):
        raise PermissionDenied(_("Your role does not allow this."))
    return form


def refused(request: HttpRequest, form: QueryForm) -> HttpResponse:
    return render(request, "tickets/analytics/page.html", chips(form) | {"form": form}, status=400)


def chips(form: QueryForm, reading: Reading | None = None) -> dict[str, Any]:
    """Return what narrows the figures, for the bar above them."""
    people = User.objects.active().people().filter(role="technician") if reading and reading.sees_all else []
    return {
        "section": "ticket-analytics",
        "presets": PRESETS.items(),
        "preset": reading.query.period.preset if reading else "",
        "priority_choices": Ticket.Priority.choices[::-1],
        "category_choices": [(str(pk), name) for pk, name in Category.objects.values_list("pk", "name")],
        "technician_choices": [(str(person.pk), person.name) for person in people],
        "formats": ["xlsx", "csv_semicolon", "csv", "json"],
    }


def context(reading: Reading) -> dict[str, Any]:
    days = reading.days
    return {
        "reading": reading,
        "period": reading.query.period,
        "total": reading.total,
        "by_month": len(days) > MANY_DAYS,
        "created": chart(days, "created", sum),
        "backlog": chart(days, "backlog", lambda values: values[-1]),
        "ages": ages(reading),
        "splits": splits(reading),
    }


def splits(reading: Reading) -> list[tuple[str, Any, Any, list[Line]]]:
    """Return the tables: name, heading, head of the first column, lines."""
    tables = [
        ("priority", _("By priority"), _("Priority"), reading.priorities),
        ("category", _("By category"), _("Category"), reading.categories),
    ]
    own = [("technician", _("By technician"), _("Technician"), reading.technicians)] if reading.sees_all else []
    return tables + own


def ages(reading: Reading) -> list[Age]:
    most = max((count for _edge, count in reading.ages), default=0) or 1
    words = [
        _("up to %(days)s days") % {"days": edge} if edge else _("older") for edge, _count in reading.ages
    ]  # fmt: skip
    return [
        Age(said, count, per_cent(count / most))
        for said, (_edge, count) in zip(words, reading.ages, strict=True)
    ]  # fmt: skip


def chart(days: Sequence[Day], name: str, whole: Any) -> Bars:
    """Return a bar for each day, or for each month when there are too many days; `whole` makes one of several."""
    if len(days) > MANY_DAYS:
        return monthly(days, name, whole)
    every = 1 if len(days) <= FEW_DAYS else 5
    values = [getattr(day, name) for day in days]
    words = [f"{date_of(day.day)}: {value}" for day, value in zip(days, values, strict=True)]
    return said(bars(values, words, [few(day_label(day.day, every, len(days))) for day in days], of_count), values)


def few(label: Label | None) -> Label | None:
    """Two charts stand side by side: there is room for what a phone has room for."""
    return None if label is None or label.minor else label


def monthly(days: Sequence[Day], name: str, whole: Any) -> Bars:
    months = [(first, list(some)) for first, some in groupby(days, key=lambda day: day.day.replace(day=1))]
    every = -(-len(months) // MOST_LABELS)
    values = [whole([getattr(day, name) for day in some]) for _first, some in months]
    words = [f"{date_format(first, 'F Y')}: {value}" for (first, _some), value in zip(months, values, strict=True)]
    labels = [
        Label("", date_format(first, "M")) if number % every == 0 else None
        for number, (first, _some) in enumerate(months)
    ]
    return said(bars(values, words, labels, of_count), values)


def said(drawn: Bars, values: Sequence[int]) -> Bars:
    return drawn if any(values) else drawn._replace(finding=_("No tickets."))
