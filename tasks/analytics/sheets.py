"""The figures as rows of a file: all, then departments, people and months."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tasks.analytics.figures import Figures
from tasks.analytics.reading import Reading
from workflow.exports import Register, Row


def header() -> list[str]:
    counts = [_("Total"), _("Done"), _("On time"), _("Overdue now"), _("On time, %")]
    return [_("Split"), _("Name"), *counts, _("Mean lateness, days"), _("Median lateness, days")]


def line(split: str, name: Any, figures: Figures) -> Row:
    return [split, str(name), *("" if value is None else value for value in figures.as_dict().values())]


def lines(reading: Reading) -> Iterator[Row]:
    yield line(_("All"), f"{reading.start} – {reading.finish}", reading.total)
    for one in reading.departments:
        yield line(_("Department"), one.key or _("without a department"), one.figures)
    for one in reading.people:
        yield line(_("Person"), one.key.name, one.figures)
    for one in reading.trend:
        yield line(_("Month"), f"{one.key:%Y-%m}", one.figures)


def register(reading: Reading) -> Register:
    rows = list(lines(reading))
    return Register("tasks-analytics", header(), rows, len(rows))
