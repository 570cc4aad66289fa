"""What the figures of tickets ask the database: one statement over the tickets that a query selects."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Case, F, SmallIntegerField, Value, When
from django.db.models.functions import Coalesce

from accounts import organisation
from accounts.working_time import DAY, moment_of
from suspensions.analytics.asking import Micros
from suspensions.analytics.periods import Period
from tickets.analytics.sums import AGE, AGES, COUNTED, RESOLUTION, RESPONSE, Group
from tickets.models import Ticket, TicketQuerySet

PRIORITIES = list(Ticket.Priority.values)
NEVER = -1
SPLITS = ("technician", "category", "priority")
QUESTIONS = {"groups": len(Group._fields) + len(AGES), "days": 3, "middles": 4}
WIDEST = max(QUESTIONS.values())
# Of each ticket: moments in microseconds since 1970, working time in seconds, NEVER where there is none; the mark.
COLUMNS = (
    "created", "finished", "resolved", "answered", "response_due", "resolution_due", "response_time",
    "resolution_time", "mark",
)  # fmt: skip
FINISHED, ANSWERED = Coalesce("resolved_at", "cancelled_at"), Coalesce("first_response_at", "resolved_at")
MOMENTS = (FINISHED, F("resolved_at"), ANSWERED, F("response_due_at"), F("resolution_due_at"))


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
class Asked:
    """The answers of the database to one query as of `now`, in one statement once one is wanted."""

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
        return f"piece(technician, category, priority, {', '.join(COLUMNS)}) AS ({sql})", params

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
        opened = is_open(end)
        edges = [end - days * DAY for days in AGES]
        ages = [
            f"{opened} AND created < {newer} AND created >= {older}"
            for newer, older in zip([end, *edges], [*edges, 0], strict=True)
        ]
        conditions = {
            "created": within("created", start, end),
            "resolved": within("resolved", start, end),
            "open": opened,
            "answered": f"{within('answered', start, end)} AND response_time >= 0",
            "measured": f"{within('resolved', start, end)} AND resolution_time >= 0",
            "marks": f"{within('resolved', start, end)} AND mark > 0",
            **judged("response", "answered", start, end),
            **judged("resolution", "resolved", start, end),
        }
        sums = {
            "responding": ("answered", "response_time"),
            "resolving": ("measured", "resolution_time"),
            "marked": ("marks", "mark"),
        }
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
            SELECT day, SUM(began), SUM(ended) FROM (
                SELECT CASE WHEN created < {start} THEN {NEVER} ELSE {day.format("created")} END AS day,
                    1 AS began, 0 AS ended
                FROM piece WHERE created < {end}
                UNION ALL SELECT {day.format("finished")}, 0, 1
                FROM piece WHERE {within("finished", start, end)}) AS told
            GROUP BY day"""  # noqa: S608 - numbers of our own

    def values_sql(self) -> str:
        """What is measured, of each ticket that it can be measured of."""
        start, end = self.start, self.finish
        measured = {
            RESPONSE: ("response_time", f"{within('answered', start, end)} AND response_time >= 0"),
            RESOLUTION: ("resolution_time", f"{within('resolved', start, end)} AND resolution_time >= 0"),
            AGE: (f"{end} - created", is_open(end)),
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


def within(moment: str, start: int, end: int) -> str:
    return f"{moment} >= {start} AND {moment} < {end}"


def is_open(end: int) -> str:
    return f"created < {end} AND (finished < 0 OR finished >= {end})"


def judged(name: str, kept: str, start: int, end: int) -> dict[str, str]:
    """Return what counts as judged, and what of it as met: a promise kept in the period, or due in it and not kept."""
    due, in_period = f"{name}_due", within(kept, start, end)
    missing = f"({kept} < 0 OR {kept} >= {end}) AND {within(due, start, end)}"
    return {
        f"{name}_judged": f"({due} >= 0 AND {in_period}) OR ({missing})",
        f"{name}_met": f"{due} >= 0 AND {in_period} AND {kept} <= {due}",
    }


def summed(condition: str, what: str = "1") -> str:
    return f"SUM(CASE WHEN {condition} THEN {what} ELSE 0 END)"
