"""How a programme stands, for its pages: the calendar, today, and a strip of days for each member."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from tasks.models import Membership, Programme, ProgrammeDay, Report
from tasks.models.task import today

Status = Report.Status
STEP, WIDTH, TALL = 8, 6, 20  # of a strip: from day to day, a bar, the whole
HEIGHTS: dict[str, int] = {
    Status.APPROVED: 20,
    Status.REVIEWING: 16,
    Status.DECLINED: 12,
    Status.WAITING: 8,
    Status.SKIPPED: 6,
    Status.NOT_PARTICIPATE: 3,
}


@dataclass(frozen=True)
class Cell:
    """A day of a calendar: its number in the programme, 0 outside it, and what belongs to it."""

    date: date
    number: int
    planned: ProgrammeDay | None = None
    report: Report | None = None
    is_today: bool = False
    may_change: bool = False


@dataclass(frozen=True)
class Strip:
    """The days of one member as bars, and the same in words."""

    bars: list[dict[str, Any]]
    width: int
    counts: list[tuple[str, str, int]]  # status, word, days


@dataclass
class Row:
    """A member on the card of a programme."""

    membership: Membership
    strip: Strip


@dataclass
class Today:
    """How many members did what with today's assignment."""

    planned: ProgrammeDay | None
    number: int
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def handed_out(self) -> int:
        return sum(self.counts.values())

    @property
    def reported(self) -> int:
        return sum(self.counts.get(status, 0) for status in (Status.REVIEWING, Status.APPROVED, Status.DECLINED))


def weeks(
    programme: Programme, days: Iterable[ProgrammeDay], reports: Iterable[Report] = (), *, may_plan: bool = False
) -> list[list[Cell]]:
    """Return the calendar of a programme in whole weeks, with one member's reports where they are given."""
    planned = {day.number: day for day in days}
    sent = {report.on: report for report in reports}
    first = programme.start - timedelta(days=programme.start.weekday())
    last = programme.finish + timedelta(days=6 - programme.finish.weekday())
    cells = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        number = programme.number_of(day) if programme.start <= day <= programme.finish else 0
        later = programme.status == Programme.Status.PREPARING or day > today()
        cells.append(
            Cell(day, number, planned.get(number), sent.get(day), day == today(), bool(number) and may_plan and later)
        )
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def today_of(programme: Programme, days: Iterable[ProgrammeDay]) -> Today | None:
    """Return how today goes; None outside the days of a running programme."""
    day = today()
    if programme.status != Programme.Status.STARTED or not programme.start <= day <= programme.finish:
        return None
    number = programme.number_of(day)
    counts = programme.reports.filter(on=day).order_by().values_list("status").annotate(number=Count("pk"))
    return Today(next((one for one in days if one.number == number), None), number, dict(counts))


def rows_of(programme: Programme, memberships: Iterable[Membership]) -> list[Row]:
    """Return the members with their strips, in one query for all of them."""
    shown = list(memberships)
    found = Report.objects.filter(membership__in=shown).values_list("membership_id", "day__number", "status")
    by_member: dict[int, dict[int, str]] = {}
    for key, number, status in found:
        by_member.setdefault(key, {})[number] = status
    return [Row(one, strip(by_member.get(one.pk, {}), programme.length)) for one in shown]


def strip(statuses: dict[int, str], length: int) -> Strip:
    """Return the bars of a member's days; taller is better, so that no reader needs the colours."""
    words = dict(Status.choices)
    bars = [
        {"number": number, "status": status, "x": (number - 1) * STEP, "y": TALL - HEIGHTS[status],
         "height": HEIGHTS[status], "width": WIDTH, "word": words[status]}
        for number, status in sorted(statuses.items())
        if number <= length
    ]  # fmt: skip
    numbers = Counter(statuses.values())
    counts = [(status, str(words[status]), numbers[status]) for status in HEIGHTS if numbers[status]]
    return Strip(bars, length * STEP, counts)


def legend() -> list[dict[str, Any]]:
    """Return a bar of each status, to explain the strips."""
    words = dict(Status.choices)
    return [
        {"status": status, "y": TALL - height, "height": height, "word": words[status]}
        for status, height in HEIGHTS.items()
    ]
