"""The figures as rows of a file: all, then priorities, categories, technicians and days."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tickets.analytics.reading import Reading, told
from tickets.analytics.sums import Sum
from workflow.exports import Register, Row


def header() -> list[str]:
    counts = [pgettext("tickets", "Created"), pgettext("tickets", "Resolved"), _("Open at the end")]
    times = [
        _("First response, mean, min"), _("First response, median, min"),
        _("Resolution, mean, min"), _("Resolution, median, min"),
    ]  # fmt: skip
    shares = [_("Answered in time, %"), _("Resolved in time, %"), _("Satisfaction"), _("Marks")]
    return [_("Split"), _("Name"), *counts, *times, *shares, _("Median age of open ones, days")]


def line(split: str, name: Any, found: Sum) -> Row:
    return [split, str(name), *("" if value is None else value for value in told(found).values())]


def lines(reading: Reading) -> Iterator[Row]:
    period = reading.query.period
    yield line(_("All"), f"{period.start:%Y-%m-%d} – {period.last_day:%Y-%m-%d}", reading.total)
    for one in reading.priorities:
        yield line(_("Priority"), one.label, one.sum)
    for one in reading.categories:
        yield line(_("Category"), one.label, one.sum)
    for one in reading.technicians:
        yield line(_("Technician"), one.label, one.sum)
    empty = [""] * (len(header()) - 5)
    for day in reading.days:
        yield [_("Day"), day.day.isoformat(), day.created, day.finished, day.backlog, *empty]


def register(reading: Reading) -> Register:
    rows = list(lines(reading))
    return Register("tickets-analytics", header(), rows, len(rows))
