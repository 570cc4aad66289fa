"""The figures as tables: the CSV is all of them in one, the XLSX has a sheet for each, the PDF prints them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import batched, chain
from typing import Any, NamedTuple

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from accounts import organisation
from accounts.working_time import MINUTE
from suspensions.analytics.figures import Lasting
from suspensions.analytics.nearest import Nearest
from suspensions.analytics.periods import Period
from suspensions.analytics.reading import HUNDREDTH, Line, Reading, boxes, minutes
from suspensions.analytics.wording import capital
from suspensions.budgets.reckoning import Allowance
from suspensions.models import Suspension
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
        Table(pgettext("document", "Report"), [_("About"), _("Value")], about(reading, by)),
        Table(_("Summary"), [_("Figure"), _("Value"), _("Period before")], summary(reading)),
        Table(_("Fact and limit"), limit_header(), limits(reading)),
        Table(_("By process"), [_("Process"), *scheduled], map(of_process, reading.by_process)),
        Table(_("By risk source"), [_("Risk source"), *longest], map(whole, reading.by_risk_source)),
        Table(_("By month"), [_("Month"), *splits], map(part, reading.by_month)),
        Table(_("By day"), [_("Day"), *splits], map(part, reading.by_day)),
        Table(_("By duration"), [_("Up to, min"), _("Cases")], durations(reading)),
        Table(pgettext("heading", "Cases"), case_header(), cases(reading)),
    ]


def about(reading: Reading, by: Any) -> list[Row]:
    """Return the head of a report: whose, when, what was asked for, how it was counted, who made it."""
    period, zone = reading.query.period, reading.query.period.zone
    with timezone.override(zone):
        return [
            (_("Organisation"), str(organisation.current())),
            (_("Period"), span(period)),
            (_("Compared with"), span(reading.earlier.query.period)),
            (_("Filter"), filter_words(reading)),
            (_("Time zone"), f"{zone.key}, {times.zone(period.start)}"),
            (_("Counting"), _("[start, finish), a running case to now, overlaps once where it says so")),
            (_("Counted against limits"), capital(organisation.current().get_counting_basis_display())),
            (_("Made"), f"{times.full(reading.now)}, {by.name}"),
        ]


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


class CaseRow(NamedTuple):
    """A case behind the figures, as a report lists it."""

    number: str
    process: str
    risk_source: str
    status: str
    start: datetime
    finish: datetime | str
    lasted: Decimal | None
    scheduled: Decimal | None
    kind: str
    planned: str
    description: str
    root_cause: str
    measures: str


def case_header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    moments = [f"{_('Start')}, {zone}", f"{_('Finish')}, {zone}"]
    lengths = [_("In the period, min"), _("Within the schedule, min")]
    return [_("Number"), _("Process"), _("Risk source"), _("Status"), *moments, *lengths, _("Kind"), _("Planned"),
            _("Description"), _("Root cause"), _("Measures taken")]  # fmt: skip


def cases(reading: Reading, limit: int | None = None) -> Iterator[CaseRow]:
    """Yield the cases behind the figures, the newest first."""
    found = reading.figures.listed.select_related("process", "risk_source")[:limit]
    for some in batched(found.iterator(chunk_size=CHUNK), CHUNK):
        lasting = reading.figures.lasting(some)
        for case in some:
            yield case_row(case, lasting[case.pk])


def case_row(case: Suspension, lasting: Lasting) -> CaseRow:
    planned = _("yes") if case.planned else _("no")
    return CaseRow(
        case.number or "", str(case.process), str(case.risk_source), str(case.get_status_display()),
        case.start, case.finish or _("still running"), minutes(lasting.total), minutes(lasting.scheduled),
        str(case.get_kind_display()), planned, case.description, case.root_cause, case.implementing_measures,
    )  # fmt: skip


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
