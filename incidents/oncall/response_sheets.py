"""Response times as rows of a file: all, then severities and people. Times in minutes."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from incidents.oncall.response import NAMES, Figures, Reading
from workflow.exports import Register, Row

COUNTS = {"total", "taken", "resolved", "unresolved", "put_off"}


def header() -> list[str]:
    taking = [_("Taken"), _("MTTA, min"), _("Median to taking, min")]
    resolving = [_("Resolved"), _("MTTR, min"), _("Median to resolving, min")]
    return [_("Split"), _("Name"), _("Opened"), *taking, *resolving, _("Not resolved"), _("Put off")]


def line(split: str, name: str, figures: Figures) -> Row:
    return [split, name, *(cell(value, name) for name, value in figures.as_dict().items())]


def cell(value: int | None, name: str) -> Any:
    if value is None or name in COUNTS:
        return "" if value is None else value
    return round(value / 60, 1)


def lines(reading: Reading) -> Iterator[Row]:
    yield line(_("All"), f"{reading.start:%Y-%m-%d} – {reading.finish:%Y-%m-%d}", reading.total)
    for one in reading.severities:
        yield line(_("Severity"), str(one.key.label), one.figures)
    for one in reading.people:
        yield line(_("On duty"), one.key.name if one.key else _("nobody"), one.figures)


def register(reading: Reading) -> Register:
    rows = list(lines(reading))
    return Register("response-times", header(), rows, len(rows))


assert set(NAMES) > COUNTS  # noqa: S101 - a new figure says here whether it is a time
