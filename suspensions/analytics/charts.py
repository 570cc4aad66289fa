"""Charts as plain numbers: percentages across, pixels down. Page and paper draw the same ones."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.working_time import MINUTE
from suspensions.analytics.asking import HOUR
from suspensions.analytics.reading import Line, Reading, boxes, minutes
from suspensions.analytics.wording import NB, cases, date_of, lasting
from workflow.times import day as day_of

TOP, BASE, HEIGHT = 10, 158, 180  # pixels: the highest grid line, the axis, the whole
MANY_DAYS = 92
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 2880, 7200, 14400, 28800)
SHADES = (15 * MINUTE, HOUR, 2 * HOUR)  # up to which a day is light, darker, darker still


class Bar(NamedTuple):
    x: str
    width: str
    y: float
    height: float
    words: str


class Label(NamedTuple):
    at: str
    text: str
    minor: bool = False


class Bars(NamedTuple):
    """A bar chart from zero; `finding` says what it shows."""

    bars: list[Bar]
    grid: list[tuple[float, str]]
    labels: list[Label]
    finding: str
    values: list[float]


class Row(NamedTuple):
    """A bar across: a share of the longest."""

    line: Line
    width: str
    length: str
    cases: str


class Cell(NamedTuple):
    x: float
    y: float
    shade: str
    words: str


class Month(NamedTuple):
    name: str
    length: str
    height: float
    cells: list[Cell]


def per_cent(share: float) -> str:
    return f"{share * 100:.3f}".rstrip("0").rstrip(".") + "%"


def bars(values: Sequence[float], words: Sequence[str], names: Sequence[Label | None], scale: Any) -> Bars:
    """Lay out one bar for each value. `scale(top)` gives the step of the grid; it has at most four lines."""
    top = max(values, default=0)
    step, unit = scale(top)
    lines = max(1, -(-int(top) // step)) if top else 1
    high, slot = lines * step, 1 / max(len(values), 1)
    drawn = [
        Bar(
            per_cent((number + 0.15) * slot),
            per_cent(slot * 0.7),
            round(BASE - (BASE - TOP) * value / high, 2),
            round((BASE - TOP) * value / high, 2),
            said,
        )
        for number, (value, said) in enumerate(zip(values, words, strict=True))
        if value
    ]
    grid = [(round(BASE - (BASE - TOP) * line / lines, 2), unit(step * line)) for line in range(lines + 1)]
    labels = [
        name._replace(at=per_cent((number + 0.5) * slot)) for number, name in enumerate(names) if name is not None
    ]
    most = max(range(len(values)), key=lambda number: values[number]) if top else None
    finding = _("No downtime.") if most is None else _("Most: %(words)s.") % {"words": words[most]}
    return Bars(drawn, grid, labels, finding, list(values))


def of_time(top: float) -> tuple[int, Any]:
    """Return a step in minutes that makes at most four lines, and how its multiples are said."""
    step = next((step for step in STEPS if top <= 4 * step), -(-int(top) // 4 // 1440) * 1440 + 1440)
    return step, short


def short(amount: int) -> str:
    """`45 min`, `1,5 h`: as short as an axis needs it."""
    if amount % 60 and amount < 120:
        return lasting(amount)
    return _("%(count)s h").replace(" ", NB) % {"count": number_format(f"{amount / 60:g}")}


def of_count(top: float) -> tuple[int, Any]:
    step = next(step * 10**power for power in range(12) for step in (1, 2, 5) if top <= 4 * step * 10**power)
    return step, str


def by_day(reading: Reading) -> Bars:
    """A bar for each day, or for each month when there are too many days."""
    lines = reading.by_day
    if len(lines) > MANY_DAYS:
        return by_month(reading)
    every = 1 if len(lines) <= 10 else 5
    names = [day_label(line.key, every, len(lines)) for line in lines]
    return time_bars(lines, [date_of(line.key) for line in lines], names)


def day_label(day: date, every: int, many: int) -> Label | None:
    """Days of a month by number, the first ones of months by name; what a phone has no room for is minor."""
    major = every == 1 or day.day % every == 0 or day.day == 1
    if many > 31:
        return Label("", day_of(day, year=False), day.day == 15) if day.day in (1, 15) else None
    return Label("", str(day.day), not major)


def by_month(reading: Reading) -> Bars:
    lines = reading.by_month
    every = -(-len(lines) // 12)
    names = [
        Label("", month_name(line.key, len(lines)), bool(number % (2 * every))) if number % every == 0 else None
        for number, line in enumerate(lines)
    ]
    return time_bars(lines, [date_format(line.key, "F Y") for line in lines], names)


def month_name(first: date, many: int) -> str:
    return date_format(first, "F")[:3] if many <= 12 else date_format(first, "m.y" if get_language() == "ru" else "M y")


def time_bars(lines: Sequence[Line], names: Sequence[str], labels: Sequence[Label | None]) -> Bars:
    values = [float(minutes(line.found.union) or 0) for line in lines]
    words = [f"{name}: {lasting(minutes(line.found.union))}" for name, line in zip(names, lines, strict=True)]
    return bars(values, words, labels, of_time)


def histogram(reading: Reading) -> Bars:
    """How many cases lasted how long."""
    found = boxes(reading)
    names = [box_name(edge) for edge, _count in found]
    texts = [short(edge // MINUTE) if edge else f"> {short(found[-2][0] // MINUTE)}" for edge, _n in found]  # type: ignore[operator]
    words = [f"{name}: {cases(count)}" for name, (_edge, count) in zip(names, found, strict=True)]
    labels = [Label("", text, bool(number % 2)) for number, text in enumerate(texts)]
    return bars([count for _edge, count in found], words, labels, of_count)


def box_name(edge: int | None) -> str:
    return _("up to %(length)s") % {"length": short(edge // MINUTE)} if edge else _("longer")


def rows(lines: Sequence[Line]) -> list[Row]:
    longest = max((line.found.total for line in lines), default=0) or 1
    return [
        Row(line, per_cent(line.found.total / longest), lasting(minutes(line.found.total)), cases(line.found.count))
        for line in lines
    ]


def heat(reading: Reading) -> list[Month]:
    """A small grid for each month of at most a year, weeks downwards; one hue by lightness."""
    lines = reading.by_day
    if not MANY_DAYS < len(lines) <= 366:
        return []
    today = reading.now.astimezone(reading.query.period.zone).date()
    return [month([*days], today) for _first, days in groupby(lines, key=lambda line: line.key.replace(day=1))]


def month(lines: list[Line], today: date) -> Month:
    first = lines[0].key.replace(day=1)
    total = sum(line.found.union for line in lines)
    placed = [(line, *place(line.key, first)) for line in lines]
    cells = [
        Cell(0.5 + 10 * column, 0.5 + 10 * row, shade(line, today),
             f"{date_of(line.key)}: {lasting(minutes(line.found.union))}")
        for line, column, row in placed
    ]  # fmt: skip
    weeks = (place((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), first)[1]) + 1
    return Month(date_format(first, "F"), lasting(minutes(total)) if total else "", 10 * weeks + 0.5, cells)


def place(day: date, first: date) -> tuple[int, int]:
    """Return the column (Monday is 0) and the row of a day in the grid of its month."""
    return day.weekday(), (first.weekday() + day.day - 1) // 7


def shade(line: Line, today: date) -> str:
    if line.key > today:
        return "h-future"
    if not line.found.union:
        return "h0"
    return f"h{1 + sum(line.found.union > edge for edge in SHADES)}s"
