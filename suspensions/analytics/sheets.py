"""The figures as tables: the CSV is all of them in one, the XLSX has a sheet for each, the PDF prints them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import batched, chain
from typing import Any, NamedTuple

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from accounts import organisation
from accounts.working_time import MINUTE
from suspensions import rows
from suspensions.analytics import consequences
from suspensions.analytics.figures import Lasting
from suspensions.analytics.nearest import Nearest
from suspensions.analytics.periods import Period
from suspensions.analytics.reading import HUNDREDTH, Line, Reading, boxes, minutes
from suspensions.analytics.wording import capital
from suspensions.budgets.reckoning import Allowance
from suspensions.models import Suspension
from suspensions.rows import CaseRow
from suspensions.shares import means_left
from workflow import times
from workflow.exports import Row, as_file, bold, cell

CHUNK = 1000


class Table(NamedTuple):
    title: str
    header: list[str]
    rows: Iterable[Row]


def tables(reading: Reading, by: Any) -> list[Table]:
    """Return everything that a report says, in the reader's language."""
    splits = [_("Cases"), _("Downtime, sum, min"), _("Overlaps once, min")]
    longest = [*splits, _("The longest, min")]
    scheduled = [*longest, _("Within the schedule, min")]
    return [
        Table(pgettext("document", "Report"), [_("About"), _("Value")], [*about(reading, by), *notes(reading)]),
        Table(_("Summary"), [_("Figure"), _("Value"), _("Period before")], summary(reading)),
        Table(_("Fact and limit"), limit_header(), limits(reading)),
        Table(_("By process"), [_("Process"), *scheduled], map(of_process, reading.by_process)),
        Table(_("By risk source"), [_("Risk source"), *longest], map(whole, reading.by_risk_source)),
        Table(_("By month"), [_("Month"), *splits], map(part, reading.by_month)),
        Table(_("By day"), [_("Day"), *splits], map(part, reading.by_day)),
        Table(_("By duration"), [_("Up to, min"), _("Cases")], durations(reading)),
        Table(_("Losses"), [_("Currency"), _("Cases"), _("Loss, sum")], loss_rows(reading)),
        Table(_("Reports to the regulator"), report_header(), consequences.reports(reading)),
        Table(pgettext("heading", "Cases"), case_header(), cases(reading)),
    ]


def about(reading: Reading, by: Any) -> list[Row]:
    """Return the head of a report: whose, when, what was asked for, how it was counted, who made it."""
    period = reading.query.period
    return [
        (_("Organisation"), str(organisation.current())),
        (_("Period"), span(period)),
        (_("Compared with"), span(reading.earlier.query.period)),
        (_("Filter"), filter_words(reading)),
        (_("Time zone"), f"{period.zone.key}, {times.zone(period.start)}"),
        (_("Counting"), _("[start, finish), a running case to now, overlaps once where it says so")),
        (_("Counted against limits"), capital(organisation.current().get_counting_basis_display())),
        (_("Shares"), direction()),
        (_("Made"), f"{times.full(reading.now)}, {by.name}"),
    ]


def notes(reading: Reading) -> list[Row]:
    """Return how to read the tables; on paper each note stands below its own."""
    return [
        (_("How it is counted"), how()), (_("Fact and limit"), under_limits(reading)), (_("Losses"), of_losses()),
    ]  # fmt: skip


def direction() -> str:
    """Say which way a share counts."""
    return (
        _("what was left of the service, 0 is an outage")
        if means_left()
        else _("what was lost of the service, 1 is an outage")
    )


def how() -> str:
    return _(
        "A case that runs counts to now. What lies outside the period is cut off. Overlaps count once where it says so."
        " Availability and the means between failures leave planned work out."
        " Days are those of the organisation's zone."
    )


def under_limits(reading: Reading) -> str:
    """Say which year and which case stand in the table; of what narrows a report it knows the process alone."""
    said = _(
        "The year in which the period ends, up to its end, by the limit in force then; the unplanned case of that year"
        " that came nearest to the limit of one case in force when it began."
    )
    if replace(reading.query, process=None).is_whole:
        return said
    return f"{said} {_('All cases of a process count here, whatever the filter of the report leaves out.')}"


def of_losses() -> str:
    return _("A loss is of the period in which its case began.")


def span(period: Period) -> str:
    return f"{times.full(period.start)} – {times.full(period.finish)}"


def filter_words(reading: Reading) -> str:
    """Return what narrows the figures, in words."""
    query, planned = reading.query, reading.query.planned
    said = [str(found) for found in (query.process, query.risk_source, query.user and query.user.name) if found]
    said += [str(Suspension.Origin(query.origin).label)] if query.origin else []
    said += [str(Suspension.Kind(query.kind).label)] if query.kind else []
    said += [] if planned is None else [_("only planned") if planned else _("only unplanned")]
    return ", ".join(said) or _("all cases")


def summary(reading: Reading) -> Iterator[Row]:
    units = {"time": _("min"), "share": "%", "count": ""}
    for figure in reading.summary:
        unit = units[figure.kind]
        label = f"{capital(figure.label)}{', ' if unit else ''}{unit}"
        yield label, *(nothing() if value is None else value for value in (figure.value, figure.before))


def limit_header() -> list[str]:
    year = [_("Process"), _("Year"), _("Used, min"), _("Limit of the year, min"), _("Used, %")]
    one = [
        _("Limit of one case, min"),
        _("Document"),
        _("Valid from"),
        _("Case nearest to its limit"),
        _("Counted of it, min"),
    ]
    return [*year, *one, _("Its limit, min"), _("Used by it, %"), _("Cases over the limit")]


def limits(reading: Reading) -> Iterator[Row]:
    """Yield what each process used of its year by the end of the period, the limit then, and its worst case."""
    for found in reading.budgets:
        limit, year = found.limit, found.year
        yield (
            str(found.process), found.at.year, minutes(year.used),
            allowed(limit.year_minutes if limit else None), share(year),
            allowed(limit.case_minutes if limit else None),
            limit.document if limit else "", limit.valid_from if limit else "",
            *worst(reading.nearest.get(found.process.pk)),
        )  # fmt: skip


def worst(found: Nearest | None) -> Row:
    """Return the case that came nearest to what its limit allows one case, and how many went beyond theirs."""
    if found is None:
        return (nothing(),) * 4 + (0,)
    one = found.found
    limit = None if one.allowed is None else one.allowed // MINUTE
    return found.case.number, minutes(one.used), allowed(limit), share(one), found.beyond


def allowed(amount: int | None) -> int | str:
    return _("no limit set") if amount is None else amount


def share(found: Allowance) -> Decimal | str:
    return nothing() if found.percent is None else Decimal(found.percent).quantize(HUNDREDTH, ROUND_HALF_UP)


def nothing() -> str:
    return pgettext("state", "no data")


def part(line: Line) -> Row:
    return line.label, line.found.count, minutes(line.found.total), minutes(line.found.union)


def whole(line: Line) -> Row:
    return *part(line), minutes(line.found.longest)


def of_process(line: Line) -> Row:
    return *whole(line), minutes(line.found.scheduled)


def durations(reading: Reading) -> Iterator[Row]:
    for edge, count in boxes(reading):
        yield _("longer") if edge is None else edge // MINUTE, count


def case_header() -> list[str]:
    return rows.header(_("In the period, min"), _("Within the schedule, min"))


def cases(reading: Reading, limit: int | None = None) -> Iterator[CaseRow]:
    """Yield the cases behind the figures, the newest first."""
    found = reading.figures.listed.select_related("process", "risk_source", "author")[:limit]
    for some in batched(found.iterator(chunk_size=CHUNK), CHUNK):
        lasting = reading.figures.lasting(some)
        for case in some:
            yield case_row(case, lasting[case.pk])


def case_row(case: Suspension, lasting: Lasting) -> CaseRow:
    row = rows.case_row(rows.row_of(case), minutes(lasting.total), minutes(lasting.scheduled))
    return row._replace(finish=row.finish or _("still running"))


def loss_rows(reading: Reading) -> Iterator[Row]:
    yield from consequences.losses(reading)


def report_header() -> list[str]:
    moments = [rows.here(_("Report due")), rows.here(_("Reported at"))]
    return [_("Number"), _("Process"), _("Why reportable"), *moments, _("Reference"), _("State")]


def flat(reading: Reading, by: Any) -> tuple[list[str], Iterator[Row]]:
    """Return all tables one below the other, each line with the title of its table first."""
    first, *others = tables(reading, by)
    return [first.title, *first.header], chain(lines(first), *map(headed, others))


def headed(table: Table) -> Iterator[Row]:
    yield table.title, *table.header
    yield from lines(table)


def lines(table: Table) -> Iterator[Row]:
    for row in table.rows:
        yield table.title, *row


def workbook(reading: Reading, by: Any) -> HttpResponseBase:
    """Return an XLSX file with a sheet for each table."""
    book = Workbook(write_only=True)
    for table in tables(reading, by):
        sheet = book.create_sheet(table.title[:31])
        sheet.freeze_panes = "A2"
        sheet.append([bold(sheet, title) for title in table.header])
        for row in table.rows:
            sheet.append([cell(value) for value in row])
    return as_file(book)
