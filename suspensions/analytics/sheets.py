"""The figures as tables: the CSV is all of them in one, the XLSX has a sheet for each, the PDF prints them."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from accounts import organisation
from accounts.working_time import MINUTE
from suspensions.analytics.periods import Period
from suspensions.analytics.reading import HUNDREDTH, Line, Reading, boxes, minutes
from suspensions.models import Suspension
from workflow import times
from workflow.exports import XLSX, Row, bold, cell


class Table(NamedTuple):
    title: str
    header: list[str]
    rows: Iterable[Row]


def tables(reading: Reading, by: Any) -> list[Table]:
    """Return everything that a report says, in the reader's language."""
    splits = [_("Cases"), _("Downtime, sum, min"), _("Overlaps once, min")]
    longest = [*splits, _("The longest, min")]
    return [
        Table(pgettext("document", "Report"), [_("About"), _("Value")], about(reading, by)),
        Table(_("Summary"), [_("Figure"), _("Value"), _("Period before")], summary(reading)),
        Table(_("Fact and limit"), limit_header(), limits(reading)),
        Table(_("By process"), [_("Process"), *longest], map(whole, reading.by_process)),
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
        name = str(figure.label)
        label = f"{name[:1].upper()}{name[1:]}{', ' if unit else ''}{unit}"
        yield label, *(nothing() if value is None else value for value in (figure.value, figure.before))


def limit_header() -> list[str]:
    return [_("Process"), _("Year"), _("Used, min"), _("Limit of the year, min"), _("Used, %"), _("One case, min"),
            _("Document"), _("Valid from")]  # fmt: skip


def limits(reading: Reading) -> Iterator[Row]:
    """Yield what each process used of its year by the end of the period, and the limit in force then."""
    for found in reading.budgets:
        limit, year = found.limit, found.year
        unset = _("no limit set")
        percent = None if year.percent is None else Decimal(year.percent).quantize(HUNDREDTH, ROUND_HALF_UP)
        yield (
            str(found.process), found.at.year, minutes(year.used),
            unset if year.allowed is None else limit and limit.year_minutes,
            nothing() if percent is None else percent,
            unset if limit is None or limit.case_minutes is None else limit.case_minutes,
            limit.document if limit else "", limit.valid_from if limit else "",
        )  # fmt: skip


def nothing() -> str:
    return pgettext("state", "no data")


def part(line: Line) -> Row:
    return line.label, line.found.count, minutes(line.found.total), minutes(line.found.union)


def whole(line: Line) -> Row:
    return *part(line), minutes(line.found.longest)


def durations(reading: Reading) -> Iterator[Row]:
    for edge, count in boxes(reading):
        yield _("longer") if edge is None else edge // MINUTE, count


def case_header() -> list[str]:
    zone = timezone.get_current_timezone_name()
    moments = [f"{_('Start')}, {zone}", f"{_('Finish')}, {zone}"]
    return [_("Number"), _("Process"), _("Risk source"), *moments, _("In the period, min"), _("Kind"), _("Planned"),
            _("Description"), _("Measures taken")]  # fmt: skip


def cases(reading: Reading, limit: int | None = None) -> Iterator[Row]:
    """Yield the cases behind the figures, the newest first."""
    found = reading.figures.listed.select_related("process", "risk_source")[:limit]
    for case in found.iterator(chunk_size=2000):
        yield (
            case.number, str(case.process), str(case.risk_source), case.start, case.finish or _("still running"),
            minutes(reading.figures.lengths.get(case.pk, 0)), str(case.get_kind_display()),
            _("yes") if case.planned else _("no"), case.description, case.implementing_measures,
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
    file = SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115 - FileResponse closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, content_type=XLSX)
