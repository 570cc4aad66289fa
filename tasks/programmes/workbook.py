"""Several registers as the sheets of one XLSX file."""

from collections.abc import Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook

from workflow.actor import Actor
from workflow.exports import XLSX, Register, bold, cell
from workflow.models import Event


def workbook(name: str, sheets: Sequence[Register], *, by: Actor, filters: Mapping[str, Any]) -> FileResponse:
    """Return the sheets as a download. As with every export, an event says first what the person took."""
    rows = sum(sheet.count for sheet in sheets)
    Event.record(
        by.user, by=by, verb="export", after={"register": name, "format": "xlsx", "rows": rows, "filters": {**filters}}
    )
    book = Workbook(write_only=True)
    for sheet in sheets:
        write(book, sheet)
    file = SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115 - FileResponse closes it
    book.save(file)
    file.seek(0)
    response = FileResponse(file, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.xlsx"'
    return response


def write(book: Workbook, sheet: Register) -> None:
    page = book.create_sheet(sheet.name[:31])  # Excel takes no longer name
    page.freeze_panes = "A2"
    page.append([bold(page, title) for title in sheet.header])
    for row in sheet.rows:
        page.append([cell(value) for value in row])
