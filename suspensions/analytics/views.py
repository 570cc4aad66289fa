"""The page of the figures, and their files."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import by_policy
from suspensions.analytics import charts, sheets, wording
from suspensions.analytics.files import FORMATS, report
from suspensions.analytics.forms import PageForm, beside
from suspensions.analytics.periods import CUSTOM, PRESETS, Period
from suspensions.analytics.reading import Figure, Reading, boxes, minutes
from suspensions.models import RiskSource, Suspension, TechProcess
from workflow.actor import actor
from workflow.exports import filters_of
from workflow.pagination import BoundedPaginator, Count

CASES_ON_A_PAGE = 25
MOST_PEOPLE = 200
MOST_DAYS = 366


class Tile(NamedTuple):
    """A figure as the page prints it."""

    figure: Figure
    text: str
    change: str
    tone: str
    arrow: str


@require_safe
@by_policy("suspension.see")
def index(request: HttpRequest) -> HttpResponse:
    form = PageForm(request.GET)
    if not form.is_valid():
        return render(request, "suspensions/analytics/refused.html", chips(form) | {"form": form}, status=400)
    reading = Reading(form.cleaned_data["asked"], request.user)
    return render(request, "suspensions/analytics/page.html", chips(form, reading) | context(request, reading))


@require_safe
@by_policy("suspension_report.export")
def export(request: HttpRequest) -> HttpResponseBase:
    form, wanted = PageForm(request.GET), request.GET.get("format", "pdf")
    if not form.is_valid() or wanted not in FORMATS:
        return render(request, "suspensions/analytics/refused.html", chips(form) | {"form": form}, status=400)
    reading = Reading(form.cleaned_data["asked"], request.user)
    return report(reading, wanted, by=actor(request), filters=filters_of(request.GET))


def context(request: HttpRequest, reading: Reading) -> dict[str, Any]:
    paginator = BoundedPaginator(reading.figures.listed, CASES_ON_A_PAGE)
    paginator.counted = Count(reading.figures.whole.count, exact=True)
    page = paginator.get_page(request.GET.get("page"))
    rows: Any = page.object_list
    cases, lasting = reading.figures.listing(rows)
    if page.number == 1:
        reading.figures.last = next(iter(cases), None)  # the newest stand first
    return {
        "reading": reading,
        "period": reading.query.period,
        "last_day": reading.query.period.last_day,
        "earlier": reading.earlier.query.period,
        "tiles": [tile(figure) for figure in reading.summary],
        "days": charts.by_day(reading),
        "by_month": len(reading.by_day) > charts.MANY_DAYS,
        "processes": charts.rows(reading.by_process),
        "sources": charts.rows(reading.by_risk_source),
        "durations": charts.histogram(reading),
        "heat": charts.heat(reading),
        "day_rows": day_rows(reading),
        "duration_rows": [(charts.box_name(edge), wording.cases(count)) for edge, count in boxes(reading)],
        "months": [
            (line, wording.of_line(line), wording.lasting(minutes(line.found.union))) for line in reading.by_month
        ],
        "page": page,
        "cases": [(case, *(wording.lasting(minutes(time)) for time in lasting[case.pk])) for case in cases],
    }


def day_rows(reading: Reading) -> list[tuple[str, str, str]]:
    """Return the days with downtime as the charts draw them, to be read; more than a year of them is left out."""
    if len(reading.by_day) > MOST_DAYS:
        return []
    return [
        (wording.date_of(line.key), wording.cases(line.found.count), wording.lasting(minutes(line.found.union)))
        for line in reading.by_day
        if line.found.count
    ]


def chips(form: PageForm, reading: Reading | None = None) -> dict[str, Any]:
    """Return what narrows the figures, for the bar above them."""
    processes = reading.processes if reading else TechProcess.objects.order_by("number", "code")
    sources = reading.risk_sources if reading else RiskSource.objects.all()
    period = reading.query.period if reading else None
    earlier, later = beside(period, timezone.now()) if period else (None, None)
    planned = form.fields["planned"].choices[1:]  # type: ignore[attr-defined]
    return {
        "section": "analytics",
        "presets": PRESETS.items(),
        "preset": period.preset if period else CUSTOM,
        "typed": typed(form, period),
        "earlier_period": earlier,
        "later_period": later,
        "origins": Suspension.Origin.choices,
        "kinds": Suspension.Kind.choices,
        "planned_choices": planned,
        "process_choices": [(str(process.pk), str(process)) for process in processes],
        "source_choices": [(str(source.pk), source.name) for source in sources if source.deleted_at is None],
        "people": people(form.cleaned_data.get("user")),
        "filter_words": sheets.filter_words(reading) if reading else "",
        "formats": list(FORMATS),
    }


def typed(form: PageForm, period: Period | None) -> dict[str, str]:
    """Return the days of the period, or what was typed where that is none."""
    if period:
        return {"start": period.first_day.isoformat(), "last": period.last_day.isoformat()}
    return {name: form.data.get(name, "")[:10] for name in ("start", "last")}


def people(asked: User | None) -> list[tuple[str, str]]:
    """Return those who may have recorded a case, and always the one who is asked for."""
    known = User.objects.people().order_by("last_name", "first_name", "username")[:MOST_PEOPLE]
    found = {str(user.pk): user.name for user in [*([asked] if asked else []), *known]}
    return list(found.items())


def tile(figure: Figure) -> Tile:
    change = figure.change or 0
    arrow = "arrow-up" if change > 0 else "arrow-down" if change < 0 else ""
    return Tile(figure, wording.said(figure, figure.value), wording.change(figure), wording.tone(figure), arrow)
