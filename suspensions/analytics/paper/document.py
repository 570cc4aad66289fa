"""The report of a period on paper: the figures, charts, limits and cases an inspector asks for."""

from typing import Any

from django.http import FileResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from accounts import organisation
from suspensions.analytics import charts, sheets, wording
from suspensions.analytics.charts import Bars
from suspensions.analytics.paper import tables
from suspensions.analytics.paper.drawing import Across, Drawn, Heat
from suspensions.analytics.reading import Line, Reading
from workflow import paper
from workflow.paper import HEADED, HEADING, SMALL, TEXT, TIGHT, TITLE, WIDTH, escaped, facts, part

MOST_BARS = 25  # in a chart: the table below has all lines


def document(reading: Reading, by: Any) -> FileResponse:
    """Return the report as a PDF."""
    paper.load_fonts()
    return paper.document(_("Downtime report"), story(reading, by), whose=str(organisation.current()))


def story(reading: Reading, by: Any) -> list[Flowable]:
    return [
        Paragraph(_("Downtime report"), TITLE),
        facts(sheets.about(reading, by)),
        *part(_("Summary"), tables.summary(reading)),
        *over_time(reading),
        *part(_("Fact and limit"), tables.fact_and_limit(reading), Paragraph(sheets.under_limits(reading), SMALL)),
        *by_process_and_source(reading),
        *chart(_("How long cases last"), charts.histogram(reading), "{:.0f}"),
        *by_month(reading),
        *tables.days(reading),
        *tables.losses(reading),
        *tables.reports(reading),
        CondPageBreak(HEADED),
        Paragraph(pgettext("heading", "Cases"), HEADING),
        *tables.cases(reading),
        Spacer(1, 8),
        Paragraph(sheets.how(), SMALL),
        signatures(),
    ]


def over_time(reading: Reading) -> list[Flowable]:
    """Return the chart of days, or of months with the heat map of a year of days."""
    title = _("By day") if len(reading.by_day) <= charts.MANY_DAYS else _("By month")
    found, months = chart(title, charts.by_day(reading)), charts.heat(reading)
    return [*found, KeepTogether([*part(_("Every day of the period"), Heat(months)), shades()])] if months else found


def by_process_and_source(reading: Reading) -> list[Flowable]:
    processes, sources = reading.by_process, reading.by_risk_source
    return [
        *part(_("By process"), *across(processes), tables.split(_("Process"), processes, scheduled=True)),
        *part(_("By risk source"), *across(sources), tables.split(_("Risk source"), sources)),
    ]


def across(lines: list[Line]) -> list[Flowable]:
    """Return the chart of a split; one line alone needs none."""
    return [Across(charts.rows(lines[:MOST_BARS])), Spacer(1, 4)] if len(lines) > 1 else []


def by_month(reading: Reading) -> list[Flowable]:
    lines = [line._replace(label=wording.capital(date_format(line.key, "F Y"))) for line in reading.by_month]
    return part(_("By month"), tables.split(_("Month"), lines, longest=False))


def shades() -> Flowable:
    return Paragraph(_("From light to dark: no downtime, up to 15 min, up to 1 h, up to 2 h, longer."), SMALL)


def chart(title: str, bars: Bars, said: str = "") -> list[Flowable]:
    """Return a chart, of nothing its words alone; `said` is how the value of each bar is written above it."""
    drawn = [Drawn(bars, said)] if bars.bars else []
    return [KeepTogether([Paragraph(escaped(title), HEADING), *drawn, Paragraph(escaped(bars.finding), SMALL)])]


def signatures() -> Flowable:
    line = "_" * 28
    rows = [[Paragraph(f"{_('Responsible')} {line}", TEXT), Paragraph(f"{pgettext('paper', 'Date')} {line}", TEXT)]]
    return KeepTogether([Spacer(1, 18), Table(rows, [WIDTH / 2, WIDTH / 2], style=TableStyle(TIGHT))])
