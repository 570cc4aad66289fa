"""A file as rows of cells: CSV in UTF-8, UTF-16 or Windows-1251 with any usual separator, or the first XLSX sheet."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import pairwise
from typing import Any, BinaryIO, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from attachments import office
from workflow.refusals import invalid

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_HEAD = 20  # rows above the names of the columns
SEPARATORS = ";,\t|"
BLANK = SEPARATORS + ' \r"'
BROKEN = (*office.BROKEN, InvalidFileException, SyntaxError, TypeError, AttributeError, IndexError)


class Row(NamedTuple):
    """A row that is not empty, with its number in the file, the first row being 1."""

    number: int
    cells: list[Any]


def rows(file: BinaryIO) -> list[Row]:
    """Return the rows of the file, told apart by its bytes. Raises ValidationError for what is no table."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if start.startswith(office.COMPOUND_START):
        raise refused(_("This is an old Excel file, or one under a password. Save it as XLSX or CSV."))
    found = sheet(file) if start.startswith(office.ZIP_START) else text_table(file.read())
    table = [row for row in numbered(found) if any(cell not in (None, "") for cell in row.cells)]
    if not table:
        raise refused(_("The file is empty."))
    return table


def below_head(table: list[Row], is_named: Callable[[list[Any]], bool]) -> list[Row]:
    """Return the table without what stands above it, as in the product's own files for people.

    That is: words about the table, an empty row, and then a row that names columns where the first one names none.
    """
    if not is_named(table[0].cells):
        for before, row in pairwise(table[: MOST_HEAD + 1]):
            if row.number > before.number + 1 and is_named(row.cells):
                return table[table.index(row) :]
    return table


def numbered(found: Iterator[list[Any]]) -> Iterator[Row]:
    for number, cells in enumerate(found, start=1):
        if number > MOST_ROWS + 1:
            raise refused(_("More than %(limit)s rows: split the file.") % {"limit": MOST_ROWS})
        yield Row(number, [plain(cell) for cell in cells[:MOST_COLUMNS]])


def plain(cell: Any) -> Any:
    """Text without blanks around it, whole numbers without a point; moments, numbers and truths as they are."""
    if isinstance(cell, str):
        return cell.replace("\xa0", " ").strip()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, datetime | date | time | int | float | Decimal | bool) else cell and str(cell)


def sheet(file: BinaryIO) -> Iterator[list[Any]]:
    """Yield the rows of the first sheet. Formulas come as text that begins with “=”: nothing here calculates."""
    if office.XLSX not in office.open_xml(file):
        raise refused(_("The file is damaged or no XLSX."))
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=False)
        for cells in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
            yield list(cells)
    except BROKEN as error:
        raise refused(_("The file is damaged or no XLSX.")) from error


def text_table(data: bytes) -> Iterator[list[Any]]:
    text = decoded(data)
    if "\0" in text:
        raise refused(_("The file is no text: save the table as CSV or XLSX."))
    text = text.lstrip("\ufeff")
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    except csv.Error as error:
        raise refused(_("The file is no table that can be read: save it as CSV or XLSX.")) from error


def separator_of(text: str) -> str:
    """Return what parts the cells most often where the columns are named: first, or below a head and an empty row."""
    lines = text.split("\n", MOST_HEAD)[:MOST_HEAD]
    empty = next((place for place, line in enumerate(lines) if not line.strip(BLANK)), None)
    naming = [lines[0], *([] if empty is None else lines[empty + 1 : empty + 2])]
    return max(SEPARATORS, key=lambda separator: max(line.count(separator) for line in naming))


def decoded(data: bytes) -> str:
    """Return the text of the bytes, by their mark or the first encoding in which they make sense."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if marked else ["utf-8", "cp1251"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused(_("The text is neither UTF-8 nor Windows-1251."))


def refused(message: str) -> ValidationError:
    return invalid("file", message)
