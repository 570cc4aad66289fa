"""The one door to the figures: what page, API, CSV, XLSX and PDF all print."""

from collections.abc import Hashable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.policy import sees_all
from accounts.working_time import MINUTE, datetime_of, moment_of
from suspensions.analytics.asking import Known, Query
from suspensions.analytics.figures import Figures, Sum
from suspensions.analytics.folds import standing
from suspensions.analytics.nearest import Nearest, nearest
from suspensions.budgets.reckoning import Budget, budgets
from suspensions.models import RiskSource, Suspension, TechProcess
from suspensions.models.suspension import SuspensionQuerySet
from suspensions.remembering import recall, state_of, states_of
from workflow import times

HUNDREDTH = Decimal("0.01")
WHOLE = (
    "all_cases",
    "histogram",
    "median",
    "longest_id",
    "whole",
    "by_process",
    "scheduled",
    "agreed",
    "agreed_scheduled",
)
DETAILED = ("by_source", "days")
TIME, COUNT, SHARE = "time", "count", "share"


def minutes(micros: float | None) -> Decimal | None:
    """Return minutes rounded to hundredths: once, here."""
    return None if micros is None else (Decimal(micros) / MINUTE).quantize(HUNDREDTH, ROUND_HALF_UP)


def rounded(share: float | None) -> Decimal | None:
    """Return a percentage with three decimals: 0.001 % of a year are five minutes."""
    return None if share is None else Decimal(share).quantize(Decimal("0.001"), ROUND_HALF_UP)


class Figure(NamedTuple):
    """One figure of the summary. `value`: minutes, a number or a percentage; None is “no data”."""

    name: str
    label: Any
    kind: str
    value: Decimal | int | None
    before: Decimal | int | None = None
    good: int = 0  # 1: more is better, -1: less is better

    @property
    def change(self) -> Decimal | None:
        return None if self.value is None or self.before is None else Decimal(self.value) - Decimal(self.before)


class Line(NamedTuple):
    """A line of a split: what it is about, and what its cases add up to."""

    key: Any
    label: str
    found: Sum


class Reading:
    """The figures of a query and those of the period before it."""

    def __init__(self, query: Query, user: Any):
        cases, now = Suspension.objects.visible_to(user), timezone.now()
        self.query, self.processes = query, list(TechProcess.objects.order_by("number", "code"))
        known = known_of(query, cases, now, user)
        state = known.state
        self.now = state.as_of(now)
        self.figures = Figures(query, cases, self.now, self.processes, known=known)
        earlier = Query(**{**vars(query), "period": query.period.before(self.now)})
        self.earlier = Figures(earlier, cases, self.now, self.processes, False, known)
        self.figures.beside = self.earlier
        for figures in (self.figures, self.earlier) if state.is_large else ():
            vars(figures).update(recall(state, (known.heads, *depends_on(figures)), partial(found_out, figures)))

    @cached_property
    def summary(self) -> list[Figure]:
        now, before = self.figures, self.earlier
        rows = [
            ("count", _("cases"), COUNT, lambda of: of.whole.count, -1),
            ("failures", _("failures that began"), COUNT, lambda of: of.begun, -1),
            ("total_minutes", _("downtime, sum"), TIME, lambda of: of.whole.total, -1),
            ("union_minutes", _("downtime, overlaps once"), TIME, lambda of: of.whole.union, -1),
            ("scheduled_minutes", _("downtime within the schedule"), TIME, lambda of: sum(of.scheduled.values()), -1),
            ("longest_minutes", _("the longest"), TIME, lambda of: of.whole.longest, -1),
            ("mean_minutes", _("mean"), TIME, lambda of: of.mean, -1),
            ("median_minutes", _("median"), TIME, lambda of: of.median, -1),
            ("mttr_minutes", _("mean time to restore"), TIME, lambda of: of.mttr, -1),
            ("mtbf_minutes", _("mean time between failures"), TIME, lambda of: of.mtbf, 1),
            ("availability", _("availability"), SHARE, lambda of: of.availability, 1),
            ("availability_scheduled", _("availability within the schedule"), SHARE,
             lambda of: of.availability_scheduled, 1),
        ]  # fmt: skip
        unit: dict[str, Any] = {TIME: minutes, SHARE: rounded, COUNT: int}
        return [
            Figure(name, label, kind, unit[kind](of(now)), unit[kind](of(before)), good)
            for name, label, kind, of, good in rows
        ]

    @cached_property
    def figure(self) -> dict[str, Figure]:
        return {figure.name: figure for figure in self.summary}

    @cached_property
    def by_process(self) -> list[Line]:
        names = {process.pk: process for process in self.processes}
        return ranked(Line(names[key], str(names[key]), found) for key, found in self.figures.by_process.items())

    @cached_property
    def risk_sources(self) -> list[RiskSource]:
        return list(RiskSource.objects.all())

    @cached_property
    def by_risk_source(self) -> list[Line]:
        names = {source.pk: source for source in self.risk_sources}
        return ranked(Line(names[key], str(names[key]), found) for key, found in self.figures.by_source.items())

    @cached_property
    def by_day(self) -> list[Line]:
        return [Line(day, day_name(day), found) for day, found in self.figures.days]

    @cached_property
    def by_month(self) -> list[Line]:
        return [Line(month, f"{month:%Y-%m}", found) for month, found in self.figures.months]

    @cached_property
    def budgets(self) -> list[Budget]:
        """What each process used, by the end of the period, of the year in which that lies."""
        wanted = [self.query.process] if self.query.process else self.processes
        day = self.end.astimezone(self.query.period.zone).date()
        return budgets([process for process in wanted if process.is_active_on(day)], self.end)

    @cached_property
    def nearest(self) -> dict[int, Nearest]:
        """The case of that year which came nearest to the limit of one case, by process."""
        return nearest([budget.process for budget in self.budgets], self.end)

    @property
    def end(self) -> datetime:
        """The last moment of the period that has passed."""
        return datetime_of(max(self.figures.start, self.figures.finish - 1))

    @property
    def last(self) -> Suspension | None:
        return self.figures.last


def known_of(query: Query, cases: SuspensionQuerySet, now: datetime, user: Any) -> Known:
    """Return what is known of the cases behind the figures of a period and of the one before it.

    What is folded away stands as it is: a change of it would have taken it from the folds.
    """
    start, finish = query.period.before(now).start, max(query.period.start, min(query.period.finish, now))
    selected = query.select(cases)
    if not query.is_whole or not sees_all("suspension.see")(user):
        state, settled = states_of(selected.in_period(start, finish), now)
        return Known(state, settled)
    folds = standing(query.period.zone, now)
    heads = folds.within(moment_of(start), moment_of(finish))
    state = state_of(selected.filter(folds.rest(moment_of(start), moment_of(finish))))
    whole = state._replace(many=state.many + sum(head.cases for head in heads))
    return Known(whole, None, folds, tuple(heads), few=not state.is_large)


def found_out(figures: Figures) -> dict[str, Any]:
    """Return what was dear to find out, by the names of its properties."""
    return {name: getattr(figures, name) for name in (WHOLE + DETAILED if figures.detailed else WHOLE)}


def depends_on(figures: Figures) -> Hashable:
    """Return all that figures depend on beside the cases: the question, the moment, processes and their calendars."""
    return (*figures.asked_for, figures.finish, figures.now, tuple(map(calendar_of, figures.processes)))


def calendar_of(process: TechProcess) -> Hashable:
    hours = process.working_time()
    active = (process.active_from, process.active_to, process.deleted_at)
    return process.pk, *active, hours.zone.key, hours.week, tuple(sorted(hours.days.items()))


def ranked(lines: Iterable[Line]) -> list[Line]:
    """The longest downtime first."""
    return sorted(lines, key=lambda line: (-line.found.total, line.label))


def day_name(day: date) -> str:
    return day.isoformat()


def answer(reading: Reading) -> dict[str, Any]:
    """Return what the API says."""
    period, last = reading.query.period, reading.last
    return {
        "start": times.utc(period.start),
        "finish": times.utc(period.finish),
        "time_zone": period.zone.key,
        **{figure.name: plain(figure.value) for figure in reading.summary},
        "last": {"id": last.pk, "number": last.number, "start": times.utc(last.start)} if last else None,
        "longest": {"id": reading.figures.longest_id} if reading.figures.longest_id else None,
        "previous": {
            "start": times.utc(reading.earlier.query.period.start),
            "finish": times.utc(reading.earlier.query.period.finish),
            **{figure.name: plain(figure.before) for figure in reading.summary},
        },
        "by_process": [{"process": entry(line.key), **split(line.found)} for line in reading.by_process],
        "by_risk_source": [{"risk_source": entry(line.key), **split(line.found)} for line in reading.by_risk_source],
        "by_day": [{"day": line.key.isoformat(), **split(line.found, False)} for line in reading.by_day],
        "by_month": [{"month": f"{line.key:%Y-%m}", **split(line.found, False)} for line in reading.by_month],
        "durations": [
            {"up_to_minutes": edge // MINUTE if edge else None, "count": count} for edge, count in boxes(reading)
        ],
    }


def boxes(reading: Reading) -> list[tuple[int | None, int]]:
    """Return the histogram: (upper edge in microseconds, None for the last; how many cases)."""
    from_figures = reading.figures
    return list(zip((*from_figures.edges, None), from_figures.histogram, strict=True))


def plain(value: Decimal | int | None) -> float | int | None:
    return float(value) if isinstance(value, Decimal) else value


def entry(found: Any) -> dict[str, Any]:
    return {"id": found.pk, "code": found.code, "name": found.name}


def split(found: Sum, longest: bool = True) -> dict[str, Any]:
    row = {
        "count": found.count,
        "total_minutes": plain(minutes(found.total)),
        "union_minutes": plain(minutes(found.union)),
    }
    row |= {"longest_minutes": plain(minutes(found.longest))} if longest else {}
    return row | ({} if found.scheduled is None else {"scheduled_minutes": plain(minutes(found.scheduled))})
