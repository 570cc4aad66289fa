"""The figures as a download: CSV, XLSX, JSON, PDF. The timeline of the person says what they took."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django.utils import timezone

from suspensions.analytics import sheets
from suspensions.analytics.paper.document import document
from suspensions.analytics.reading import Reading, answer
from workflow.actor import Actor
from workflow.exports import as_csv, as_csv_semicolon, file_name
from workflow.models import Event

NAME = "downtime-report"
FORMATS: dict[str, Callable[[Reading, Any], HttpResponseBase]] = {
    "pdf": document,
    "xlsx": sheets.workbook,
    "csv_semicolon": lambda reading, by: as_csv_semicolon(*sheets.flat(reading, by)),
    "csv": lambda reading, by: as_csv(*sheets.flat(reading, by)),
    "json": lambda reading, by: JsonResponse(answer(reading), json_dumps_params={"ensure_ascii": False}),
}


def report(reading: Reading, form: str, *, by: Actor, filters: dict[str, str]) -> HttpResponseBase:
    """Return the report in one of FORMATS, its moments on the clock by which its days are told."""
    count = reading.figures.whole.count
    Event.record(
        by.user, by=by, verb="export", after={"register": NAME, "format": form, "rows": count, "filters": filters}
    )
    with timezone.override(reading.query.period.zone):
        response = FORMATS[form](reading, by.user)
    response["Content-Disposition"] = f'attachment; filename="{file_name(NAME, form)}"'
    return response
