"""Special days as people paste them: a date, hours and a name on a line, or the events of an iCalendar file."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from accounts import hours

NAME_LENGTH = 100
LONGEST = 366  # days of one iCalendar event
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)


class Day(NamedTuple):
    """A date, its hours (empty: free) and what it is called."""

    date: date
    hours: str = ""
    name: str = ""


class Fault(NamedTuple):
    """A line, counted from 1, that means nothing."""

    line: int
    text: str


class Reading(NamedTuple):
    """What a text says, by date; the last word on a date counts."""

    days: list[Day]
    faults: list[Fault]


def read(text: str) -> Reading:
    """Read one day a line (`2026-05-01; Labour Day`, `30.04.2026; 09:00-17:00; short day`) or iCalendar."""
    lines = text.lstrip("\ufeff").splitlines()
    reader = read_events if any(line.strip() == "BEGIN:VEVENT" for line in lines) else read_lines
    days, faults = {}, []
    for found in reader(lines):
        if isinstance(found, Fault):
            faults.append(found)
        else:
            days[found.date] = found
    return Reading([days[day] for day in sorted(days)], faults)


def read_lines(lines: list[str]) -> Iterator[Day | Fault]:
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield read_line(line.strip().replace('"', "")) or Fault(number, line.strip())


def read_line(line: str) -> Day | None:
    """Return what a line says, None when it means nothing. What looks like hours must be hours."""
    found = DATE.match(line)
    day = date_of(*(found.group(1, 2, 3) if found.group(1) else found.group(6, 5, 4))) if found else None
    if found is None or day is None:
        return None
    parts = [part.strip() for part in re.split(r"[;,\t]", line[found.end() :]) if part.strip()]
    spans = [part for part in parts if hours.SPAN.fullmatch(part)]
    try:
        own = hours.write(hours.read(", ".join(spans)))
    except ValueError:
        return None
    return Day(day, own, ", ".join(part for part in parts if part not in spans)[:NAME_LENGTH])


def date_of(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def read_events(lines: list[str]) -> Iterator[Day | Fault]:
    """Read the all-day events of an iCalendar text; times of day and repetitions are reported, not guessed."""
    start = 0
    event: dict[str, str] = {}
    for number, line in unfolded(lines):
        name, _colon, value = line.partition(":")
        key = name.partition(";")[0].upper()
        if (key, value) == ("BEGIN", "VEVENT"):
            start, event = number, {}
        elif (key, value) == ("END", "VEVENT"):
            days = days_of(event)
            yield from days
            if not days:
                yield Fault(start, event.get("SUMMARY") or event.get("DTSTART") or "VEVENT")
        else:
            event[key] = value.strip()


def unfolded(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Join the continuation lines of iCalendar to what they continue."""
    pending: tuple[int, str] | None = None
    for number, line in enumerate(lines, start=1):
        if pending and line[:1] in {" ", "\t"}:
            pending = (pending[0], pending[1] + line[1:])
            continue
        if pending:
            yield pending
        pending = (number, line)
    if pending:
        yield pending


def days_of(event: dict[str, str]) -> list[Day]:
    """Return the days of an event, none when it has times of day, repeats, or makes no sense."""
    first = basic_date(event.get("DTSTART", ""))
    after = basic_date(event["DTEND"]) if "DTEND" in event else first and first + timedelta(days=1)
    if not first or not after or "RRULE" in event or not 0 < (after - first).days <= LONGEST:
        return []
    name = re.sub(r"\\([,;\\])", r"\1", event.get("SUMMARY", "")).replace("\\n", " ").strip()[:NAME_LENGTH]
    return [Day(first + timedelta(days=shift), "", name) for shift in range((after - first).days)]


def basic_date(text: str) -> date | None:
    return date_of(text[:4], text[4:6], text[6:]) if re.fullmatch(r"\d{8}", text, re.ASCII) else None
