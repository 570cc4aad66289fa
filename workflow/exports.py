"""Registers as files: CSV, XLSX and JSON from the same rows, safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

from django.http import FileResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from workflow.actor import Actor
from workflow.models import Event
from workflow.paper import Paper, printed
from workflow.streams import as_asked

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
FORMATS = ("csv", "csv_semicolon", "xlsx", "json")
PAPER_FORMATS = (*FORMATS, "pdf")
NOT_FILTERS = {"format", "page", "page_size", "cursor", "ordering"}

type Row = Sequence[Any]
type About = Sequence[tuple[str, Any]]


class Dialect(NamedTuple):
    """What parts the cells of a CSV, and what stands in a number before its tenths."""

    separator: str = ","
    point: str = "."


COMMA, SEMICOLON = Dialect(), Dialect(";", ",")  # the second for spreadsheets of languages with a decimal comma


@dataclass(frozen=True)
class Register:
    """What is exported: the name of the file, the heads of its columns, its rows and how many they are.

    `about` says by which filters and by whom: whose register that is, as pairs of words, for people only.
    `paper` says how it stands on paper, where it may be had as a PDF too.
    """

    name: str
    header: Sequence[str]
    rows: Iterable[Row]
    count: int
    about: Callable[[Mapping[str, Any], Actor], About] | None = None
    paper: Paper | None = None


def export(register: Register, form: str, *, by: Actor, filters: Mapping[str, Any]) -> HttpResponseBase:
    """Return the register as a download in one of FORMATS, with a paper also as PDF. Rows are read as they are written.

    Before the first byte leaves one event of the person says what they took, by which filters, and how much.
    """
    after = {"register": register.name, "format": form, "rows": register.count, "filters": dict(filters)}
    Event.record(by.user, by=by, verb="export", after=after)
    about = register.about(filters, by) if register.about else ()
    if form == "pdf" and register.paper:
        response: HttpResponseBase = printed(register.paper, register.rows, about, register.count)
    else:
        response = WRITERS[form](register.header, register.rows, about)
    response["Content-Disposition"] = f'attachment; filename="{file_name(register.name, form)}"'
    return response


def file_name(name: str, form: str) -> str:
    return f"{name}-{timezone.localdate():%Y-%m-%d}.{form.partition('_')[0]}"


def format_words(form: str) -> str:
    """Return a format as menus name it."""
    return _("CSV for Excel (semicolons)") if form == "csv_semicolon" else form.upper()


def filters_of(parameters: QueryDict) -> dict[str, str]:
    """Return what a query string narrows a list by, as the event of an export keeps it."""
    asked = {name: ", ".join(filter(None, values)) for name, values in parameters.lists() if name not in NOT_FILTERS}
    return {name: value[:200] for name, value in asked.items() if value}


def neutral(value: Any) -> Any:
    """Return text that no spreadsheet takes for a formula; times in the reader's zone, other values as they are."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, str) and value.lstrip().startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def as_csv(header: Sequence[str], rows: Iterable[Row], about: About = ()) -> HttpResponseBase:
    """Return a CSV for programs: a line of heads, then the rows."""
    return StreamingHttpResponse(as_asked(csv_lines(header, rows)), content_type=CSV)


def as_csv_semicolon(header: Sequence[str], rows: Iterable[Row], about: About = ()) -> HttpResponseBase:
    """Return a CSV for people, which says first what it is about."""
    first = [*about, (), header] if about else [header]
    lines = csv_lines(first[0], chain(first[1:], rows), SEMICOLON)
    return StreamingHttpResponse(as_asked(lines), content_type=CSV)


def csv_lines(header: Sequence[str], rows: Iterable[Row], dialect: Dialect = COMMA) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=dialect.separator)
    yield "\ufeff"  # Excel reads UTF-8 only when told
    writer.writerow([neutral(title) for title in header])
    for row in rows:
        writer.writerow([written(neutral(value), dialect) for value in row])
        if buffer.tell() > 64 * 1024:
            yield flushed(buffer)
    yield flushed(buffer)


def written(value: Any, dialect: Dialect) -> Any:
    return str(value).replace(".", dialect.point) if isinstance(value, Decimal | float) else value


def flushed(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def as_xlsx(header: Sequence[str], rows: Iterable[Row], about: About = ()) -> HttpResponseBase:
    """Return a workbook: the table, and on a second sheet what it is about."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([bold(sheet, title) for title in header])
    for row in rows:
        sheet.append([cell(value) for value in row])
    if about:
        sheet = book.create_sheet(pgettext("document", "Report"))
        for name, value in about:
            sheet.append([bold(sheet, name), cell(value)])
    return as_file(book)


def as_file(book: Workbook) -> FileResponse:
    file = SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115 - FileResponse closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, content_type=XLSX)


def bold(sheet: Any, title: str) -> WriteOnlyCell:
    head = WriteOnlyCell(sheet, value=title)
    head.font = Font(bold=True)
    return head


def cell(value: Any) -> Any:
    """XLSX is XML: it cannot carry control characters."""
    value = neutral(value)
    if isinstance(value, str):
        return "".join(character for character in value if character >= " " or character in "\t\n\r")
    return value


def as_json(header: Sequence[str], rows: Iterable[Row], about: About = ()) -> HttpResponseBase:
    return StreamingHttpResponse(as_asked(json_lines(header, rows)), content_type="application/json")


def json_lines(header: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    separator = "["
    for row in rows:
        yield separator + json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False, default=isoformat)
        separator = ",\n"
    yield "]" if separator != "[" else "[]"


def isoformat(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


WRITERS = {"csv": as_csv, "csv_semicolon": as_csv_semicolon, "xlsx": as_xlsx, "json": as_json}
