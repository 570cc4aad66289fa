"""The figures of a period, made by the database from the tickets that a query selects.

How they are counted, everywhere the same:

- Deleted tickets count nowhere, nor do duplicates that were merged into another one.
- A ticket is finished when it is resolved (closed, where nobody resolved it) or cancelled; reopened, it is open again,
  as if it had never been finished.
- created, resolved: those whose moment lies in the period [start, finish), up to now.
- backlog of a day: created before its end and not finished by then. Open: the backlog of the last moment.
- age: from creation to the last moment of the period, or now, by the calendar; of the open ones.
- response, resolution: working minutes, without what the creator was waited for; of those answered, resolved in the
  period. Mean and median.
- SLA met, %: of the promises kept in the period, in time or late, and those that fell due in it and are not kept yet.
- satisfaction: the marks of those resolved in the period.
- Technician, category and priority are those that the ticket has now.
- Nothing to divide by: undefined, None, shown as a dash.

All questions go to the database in one statement.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, F, SmallIntegerField, Value, When
from django.db.models.functions import Coalesce

from accounts import organisation
from accounts.working_time import DAY, moment_of
from suspensions import intervals
from suspensions.analytics.asking import Micros
from suspensions.analytics.periods import Period
from tickets.models import Ticket, TicketQuerySet

AGES = (1, 3, 7, 30)  # days: upper edges of the boxes of open tickets; the last box has none
PRIORITIES = list(Ticket.Priority.values)
NEVER = -1
RESPONSE, RESOLUTION, AGE = 0, 1, 2  # what is measured
SPLITS = ("technician", "category", "priority")
SECONDS = 60


class Group(NamedTuple):
    """One line of the first question: tickets of one technician, category (0: none) and priority."""

    technician: int
    category: int
    priority: int
    created: int
    resolved: int
    open: int
    answered: int
    responding: int
    measured: int
    resolving: int
    response_judged: int
    response_met: int
    resolution_judged: int
    resolution_met: int
    marks: int
    marked: int
    ages: tuple[int, ...]


@dataclass
class Sum:
    """What some tickets add up to; `medians` by what is measured: seconds, of age microseconds."""

    created: int = 0
    resolved: int = 0
    open: int = 0
    answered: int = 0
    responding: int = 0
    measured: int = 0
    resolving: int = 0
    response_judged: int = 0
    response_met: int = 0
    resolution_judged: int = 0
    resolution_met: int = 0
    marks: int = 0
    marked: int = 0
    ages: list[int] = field(default_factory=lambda: [0] * (len(AGES) + 1))
    medians: dict[int, float] = field(default_factory=dict)

    def add(self, group: Group) -> None:
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(group, name))
        self.ages = [mine + more for mine, more in zip(self.ages, group.ages, strict=True)]

    @property
    def response_mean(self) -> float | None:
        return minutes(self.responding, self.answered)

    @property
    def response_median(self) -> float | None:
        return minutes(self.medians.get(RESPONSE))

    @property
    def resolution_mean(self) -> float | None:
        return minutes(self.resolving, self.measured)

    @property
    def resolution_median(self) -> float | None:
        return minutes(self.medians.get(RESOLUTION))

    @property
    def response_share(self) -> float | None:
        return share(self.response_met, self.response_judged)

    @property
    def resolution_share(self) -> float | None:
        return share(self.resolution_met, self.resolution_judged)

    @property
    def satisfaction(self) -> float | None:
        return round(self.marked / self.marks, 2) if self.marks else None

    @property
    def age_median(self) -> float | None:
        """Days."""
        found = self.medians.get(AGE)
        return None if found is None else round(found / DAY, 1)


COUNTED = [one.name for one in fields(Sum) if one.name not in {"ages", "medians"}]
QUESTIONS = {"groups": len(Group._fields) + len(AGES), "days": 3, "middles": 4}
WIDEST = max(QUESTIONS.values())


class Day(NamedTuple):
    day: date
    created: int
    finished: int
    backlog: int


@dataclass(frozen=True)
class Query:
    """Which tickets: those of the period that fit all that is given; empty means any."""

    period: Period
    technician: Any = None
    category: Any = None
    priority: str = ""

    def select(self, tickets: TicketQuerySet) -> TicketQuerySet:
        wanted = {"assignee": self.technician, "category": self.category, "priority": self.priority}
        return tickets.counted().filter(**{name: value for name, value in wanted.items() if value})


@dataclass
class Figures:
    """All figures of one query as of `now`."""

    query: Query
    tickets: TicketQuerySet
    now: datetime

    @cached_property
    def start(self) -> int:
        return moment_of(self.query.period.start)

    @cached_property
    def finish(self) -> int:
        """The end of what has passed of the period."""
        return max(self.start, min(moment_of(self.query.period.finish), moment_of(self.now)))

    @cached_property
    def pieces(self) -> tuple[str, tuple[Any, ...]]:
        """The SQL of the tickets that matter: those not finished before the period, in microseconds and seconds."""
        tickets = self.query.select(self.tickets).finished_since(self.query.period.start)
        ranks = [When(priority=value, then=place) for place, value in enumerate(PRIORITIES)]
        rows = tickets.order_by().values_list(
            Coalesce("assignee_id", 0), Coalesce("category_id", 0), Case(*ranks, output_field=SmallIntegerField()),
            Micros("created_at"),
            *(Coalesce(Micros(name), Value(NEVER)) for name in MOMENTS),
            Coalesce("response_seconds", NEVER), Coalesce("resolution_seconds", NEVER), Coalesce("satisfaction", 0),
        )  # fmt: skip
        sql, params = rows.query.sql_with_params()
        return f"piece(technician, category, priority, c, f, r, a, ad, rd, asec, rsec, mark) AS ({sql})", params

    @cached_property
    def answers(self) -> dict[str, list[tuple[int, ...]]]:
        """The answers to all questions, by their names, as whole numbers: the tickets are looked up once for all."""
        found: dict[str, list[tuple[int, ...]]] = {name: [] for name in QUESTIONS}
        if self.start == self.finish:
            return found
        asked = {"groups": self.groups_sql(), "days": self.days_sql(), "middles": self.middles_sql()}
        pieces, params = self.pieces
        picked, names = [], list(asked)
        parts = [f"WITH {pieces}", f"measured AS ({self.values_sql()})"]
        for number, (name, sql) in enumerate(asked.items()):
            columns = [f"c{place}" for place in range(QUESTIONS[name])]
            parts.append(f"a{number}({', '.join(columns)}) AS ({sql})")
            cells = [f"CAST({column} AS BIGINT)" for column in columns] + ["0"] * (WIDEST - len(columns))
            picked.append(f"SELECT {number}, {', '.join(cells)} FROM a{number}")  # noqa: S608 - names of our own
        with connection.cursor() as cursor:
            cursor.execute(f"{', '.join(parts)} {' UNION ALL '.join(picked)}", params)
            for number, *cells in cursor.fetchall():
                found[names[number]].append(tuple(cells[: QUESTIONS[names[number]]]))
        return found

    def groups_sql(self) -> str:
        start, end = self.start, self.finish
        opened = f"c < {end} AND (f < 0 OR f >= {end})"
        edges = [end - days * DAY for days in AGES]
        ages = [
            f"{opened} AND c < {newer} AND c >= {older}"
            for newer, older in zip([end, *edges], [*edges, 0], strict=True)
        ]
        conditions = {
            "created": f"c >= {start} AND c < {end}",
            "resolved": within("r", start, end),
            "open": opened,
            "answered": f"{within('a', start, end)} AND asec >= 0",
            "measured": f"{within('r', start, end)} AND rsec >= 0",
            "marks": f"{within('r', start, end)} AND mark > 0",
            **judged("response", "a", "ad", start, end),
            **judged("resolution", "r", "rd", start, end),
        }
        sums = {"responding": ("answered", "asec"), "resolving": ("measured", "rsec"), "marked": ("marks", "mark")}
        cells = [
            summed(conditions[sums[name][0]], sums[name][1]) if name in sums else summed(conditions[name])
            for name in COUNTED
        ] + [summed(condition) for condition in ages]
        return f"SELECT technician, category, priority, {', '.join(cells)} FROM piece GROUP BY 1, 2, 3"  # noqa: S608 - numbers of our own

    def days_sql(self) -> str:
        """Created and finished by local day; what was created before is the backlog that the period begins with.

        The local day is plain arithmetic: between two changes of the clock local time is UTC, shifted.
        """
        start, end = self.start, self.finish
        changes = list(organisation.working_time().steady(start, max(end, start + 1)))
        shifts = " ".join(f"WHEN {{0}} < {until} THEN {offset}" for _from, until, offset in changes)
        day = f"({{0}} + CASE {shifts} ELSE {changes[-1][2]} END) / {DAY}"
        return f"""
            SELECT day, SUM(created), SUM(finished) FROM (
                SELECT CASE WHEN c < {start} THEN {NEVER} ELSE {day.format("c")} END AS day, 1 AS created, 0 AS finished
                FROM piece WHERE c < {end}
                UNION ALL SELECT {day.format("f")}, 0, 1 FROM piece WHERE {within("f", start, end)}) AS told
            GROUP BY day"""  # noqa: S608 - numbers of our own

    def values_sql(self) -> str:
        """What is measured, of each ticket that it can be measured of."""
        start, end = self.start, self.finish
        measured = {
            RESPONSE: ("asec", f"{within('a', start, end)} AND asec >= 0"),
            RESOLUTION: ("rsec", f"{within('r', start, end)} AND rsec >= 0"),
            AGE: (f"{end} - c", f"c < {end} AND (f < 0 OR f >= {end})"),
        }
        return " UNION ALL ".join(
            f"SELECT {what} AS what, technician, category, priority, {value} AS d FROM piece WHERE {condition}"  # noqa: S608 - numbers of our own
            for what, (value, condition) in measured.items()
        )

    def middles_sql(self) -> str:
        """The medians, twice: the mean of the one or two in the middle, of all and of each part of every split."""
        if connection.vendor == "postgresql":
            return self.middles_of_postgresql()
        return " UNION ALL ".join(
            f"""SELECT {number}, {name}, what, SUM(d) * 2 / COUNT(*) FROM (
                SELECT what, {split} AS {name}, d,
                    ROW_NUMBER() OVER (PARTITION BY what, {split} ORDER BY d) AS place,
                    COUNT(*) OVER (PARTITION BY what, {split}) AS many
                FROM measured) AS placed{number}
            WHERE place IN ((many + 1) / 2, (many + 2) / 2) GROUP BY what, {name}"""  # noqa: S608 - names of our own
            for number, (split, name) in enumerate([("0", "whole"), *((split, split) for split in SPLITS)])
        )

    def middles_of_postgresql(self) -> str:
        """The same, where the database has an aggregate for it: each part is sorted once."""
        number = " ".join(f"WHEN GROUPING({split}) = 0 THEN {place}" for place, split in enumerate(SPLITS, 1))
        parts = ", ".join(f"(what, {split})" for split in SPLITS)
        middle = "percentile_cont(0.5) WITHIN GROUP (ORDER BY d)"
        return f"""SELECT CASE {number} ELSE 0 END, coalesce({", ".join(SPLITS)}, 0), what, {middle} * 2
            FROM measured GROUP BY GROUPING SETS ((what), {parts})"""  # noqa: S608 - names of our own

    # What follows from it -----------------------------------------------------------------------------------------

    @cached_property
    def groups(self) -> list[Group]:
        edge = len(Group._fields) - 1
        return [Group(*row[:edge], row[edge:]) for row in self.answers["groups"]]  # type: ignore[arg-type, call-arg]

    @cached_property
    def whole(self) -> Sum:
        return self.summed(lambda group: 0, 0).get(0) or Sum()

    def by(self, split: str) -> dict[int, Sum]:
        """Return the sums of each technician, category or priority."""
        return self.summed(lambda group: getattr(group, split), SPLITS.index(split) + 1)

    def summed(self, key: Callable[[Group], int], split: int) -> dict[int, Sum]:
        found: dict[int, Sum] = {}
        for group in self.groups:
            found.setdefault(key(group), Sum()).add(group)
        for of, key_of, what, middle in self.answers["middles"]:
            if of == split and key_of in found:
                found[key_of].medians[what] = middle / 2
        return found

    @cached_property
    def days(self) -> list[Day]:
        """Day by day, up to the last one that has begun."""
        zone = self.query.period.zone
        told = {day: (created, finished) for day, created, finished in self.answers["days"]}
        backlog, found = told.get(NEVER, (0, 0))[0], []
        for day in intervals.days(self.start, self.finish, zone):
            created, finished = told.get(day.toordinal() - date(1970, 1, 1).toordinal(), (0, 0))
            backlog += created - finished
            found.append(Day(day, created, finished, backlog))
        return found


FINISHED, ANSWERED = Coalesce("resolved_at", "cancelled_at"), Coalesce("first_response_at", "resolved_at")
MOMENTS = (FINISHED, F("resolved_at"), ANSWERED, F("response_due_at"), F("resolution_due_at"))


def within(moment: str, start: int, end: int) -> str:
    return f"{moment} >= {start} AND {moment} < {end}"


def judged(name: str, kept: str, due: str, start: int, end: int) -> dict[str, str]:
    """Return what counts as judged, and what of it as met: a promise kept in the period, or due in it and not kept."""
    in_period = within(kept, start, end)
    missing = f"({kept} < 0 OR {kept} >= {end}) AND {within(due, start, end)}"
    return {
        f"{name}_judged": f"({due} >= 0 AND {in_period}) OR ({missing})",
        f"{name}_met": f"{due} >= 0 AND {in_period} AND {kept} <= {due}",
    }


def summed(condition: str, what: str = "1") -> str:
    return f"SUM(CASE WHEN {condition} THEN {what} ELSE 0 END)"


def minutes(seconds: float | None, count: int = 1) -> float | None:
    return round(seconds / count / SECONDS, 1) if seconds is not None and count else None


def share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
