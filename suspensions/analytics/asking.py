"""What the figures ask the database: one statement over the segments of the cases that a query selects."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, ExpressionWrapper, F, Func, Q, Value
from django.db.models.functions import Coalesce, Greatest, Least

from accounts import organisation
from accounts.working_time import DAY, MINUTE, datetime_of, moment_of
from suspensions.analytics.periods import Period
from suspensions.models import RiskSource, TechProcess
from suspensions.models.suspension import SuspensionQuerySet

HOUR = 60 * MINUTE
NEVER = 1 << 62
# Upper edges of the histogram of durations; the last box has none.
EDGES = (15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR)


# The questions put to the database at once, and how many whole numbers a line of each answer has.
QUESTIONS = {"groups": 9, "middle": 4, "islands": 4, "sources": 2, "days": 6}
DETAILS = {"sources", "days"}
WIDEST = max(QUESTIONS.values())
FIXED = {
    "middle": """
        SELECT id, d, place, many FROM (
            SELECT id, d, ROW_NUMBER() OVER (ORDER BY d, id) AS place, COUNT(*) OVER () AS many
            FROM (SELECT id, SUM(f - s) AS d FROM piece GROUP BY id) AS cases) AS placed
        WHERE place IN ((many + 1) / 2, (many + 2) / 2, many)""",
    "islands": """
        SELECT process, CASE WHEN planned THEN 1 ELSE 0 END, MIN(s), MAX(f) FROM (
            SELECT process, planned, s, f, SUM(CASE WHEN s <= reached THEN 0 ELSE 1 END)
                OVER (PARTITION BY process, planned ORDER BY s, f ROWS UNBOUNDED PRECEDING) AS island
            FROM (SELECT process, planned, s, f, MAX(f) OVER (PARTITION BY process, planned ORDER BY s, f
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
                  FROM piece WHERE s < f) AS ordered) AS numbered
        GROUP BY process, planned, island""",
    "sources": """
        SELECT source, SUM(CASE WHEN reached IS NULL OR reached <= s THEN f - s WHEN reached < f THEN f - reached
            ELSE 0 END)
        FROM (SELECT source, s, f, MAX(f) OVER (PARTITION BY source ORDER BY s, f
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM piece WHERE s < f) AS ordered
        GROUP BY source""",
}


class Micros(Func):
    """A moment as whole microseconds since 1970: exact, and the same arithmetic on both databases.

    PostgreSQL counts in doubles, which hold whole microseconds exactly until the year 2112 and cost a third of what
    its decimal numbers do.
    """

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="ROUND(DATE_PART('epoch', %(expressions)s) * 1000000)::bigint", **context
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        text, params = compiler.compile(self.source_expressions[0])
        sql = f"(CAST(strftime('%%s', {text}) AS INTEGER) * 1000000 + CAST(substr({text}, 21, 6) AS INTEGER))"
        return sql, (*params, *params)


@dataclass(frozen=True)
class Query:
    """Which cases: those of the period that fit all that is given; empty means any."""

    period: Period
    process: TechProcess | None = None
    risk_source: RiskSource | None = None
    user: Any = None
    origin: str = ""
    kind: str = ""
    planned: bool | None = None

    def select(self, cases: SuspensionQuerySet) -> SuspensionQuerySet:
        names = ("process", "risk_source", "origin", "kind")
        wanted = {name: getattr(self, name) for name in names if getattr(self, name)}
        if self.user is not None:
            wanted["author"] = self.user
        if self.planned is not None:
            wanted["planned"] = self.planned
        return cases.counted().filter(**wanted)

    @property
    def failures(self) -> bool:
        """The value of `planned` that a failure has."""
        return self.planned is True


@dataclass
class Asked:
    """The answers of the database to one query as of `now`, all in one statement, once one is wanted."""

    query: Query
    cases: SuspensionQuerySet
    now: datetime
    processes: Sequence[TechProcess] = field(default_factory=list)
    detailed: bool = True  # with the splits by source and by day

    @cached_property
    def start(self) -> int:
        return moment_of(self.query.period.start)

    @cached_property
    def finish(self) -> int:
        """The end of what has passed of the period."""
        return max(self.start, min(moment_of(self.query.period.finish), moment_of(self.now)))

    @cached_property
    def listed(self) -> SuspensionQuerySet:
        """The cases behind the figures."""
        return self.query.select(self.cases).in_period(self.query.period.start, datetime_of(self.finish))

    @cached_property
    def pieces(self) -> tuple[str, tuple[Any, ...]]:
        """The SQL of all segments, cut to the period: s to f of a case that began at b and ended at e."""
        begin, end, now = self.start, self.finish, moment_of(self.now)
        starts = Greatest(Micros("segments__start"), Value(begin))
        rows = self.listed.order_by().filter(segments__isnull=False).values_list(
            F("pk"), F("process_id"), F("risk_source_id"), F("planned"),
            starts,
            Greatest(starts, Least(Coalesce(Micros("segments__finish"), Value(now)), Value(end))),
            Micros("start"),
            Coalesce(Micros("finish"), Value(-1)),
            ExpressionWrapper(Q(segments__start=F("start")), BooleanField()),
        )  # fmt: skip
        sql, params = rows.query.sql_with_params()
        return f"piece(id, process, source, planned, s, f, b, e, first) AS ({sql})", params

    def ask(self, sql: str, *params: Any) -> list[Any]:
        if self.start == self.finish:
            return []
        pieces, values = self.pieces
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {pieces} {sql}", (*values, *params))
            return cursor.fetchall()

    @cached_property
    def answers(self) -> dict[str, list[tuple[int, ...]]]:
        """The answers to all questions, by their names, as whole numbers: the pieces are looked up once for all."""
        if self.start == self.finish:
            return {name: [] for name in QUESTIONS}
        asked = {name: self.question(name) for name in QUESTIONS if self.detailed or name not in DETAILS}
        answers, picked, params = [], [], []
        for number, (name, (sql, values)) in enumerate(asked.items()):
            columns = [f"c{place}" for place in range(QUESTIONS[name])]
            answers.append(f"a{number}({', '.join(columns)}) AS ({sql})")
            cells = [f"CAST({column} AS BIGINT)" for column in columns] + ["0"] * (WIDEST - len(columns))
            picked.append(f"SELECT {number}, {', '.join(cells)} FROM a{number}")  # noqa: S608 - names of our own
            params += values
        found: dict[str, list[tuple[int, ...]]] = {name: [] for name in QUESTIONS}
        names = list(asked)
        for number, *cells in self.ask(f", {', '.join(answers)} {' UNION ALL '.join(picked)}", *params):
            found[names[number]].append(tuple(cells[: QUESTIONS[names[number]]]))
        return found

    def question(self, name: str) -> tuple[str, list[Any]]:
        """Return the SQL of a question over the pieces, and its parameters."""
        if name == "groups":
            return self.groups_sql(), [self.start, self.finish, self.start, self.finish, self.start]
        if name == "days":
            return self.by_day_sql(), [self.start, self.start]
        return FIXED[name], []

    def groups_sql(self) -> str:
        failure = "planned" if self.query.failures else "NOT planned"
        ended, begun = f"{failure} AND e > %s AND e <= %s", f"{failure} AND b >= %s"
        box = " ".join(f"WHEN d <= {edge} THEN {number}" for number, edge in enumerate(EDGES))
        return f"""
            SELECT process, source, CASE {box} ELSE {len(EDGES)} END AS box, COUNT(*), SUM(d), MAX(d),
                SUM(CASE WHEN {ended} THEN 1 ELSE 0 END), SUM(CASE WHEN {ended} THEN e - b ELSE 0 END),
                SUM(CASE WHEN {begun} THEN 1 ELSE 0 END)
            FROM (SELECT process, source, planned, b, e, SUM(f - s) AS d FROM piece
                  GROUP BY id, process, source, planned, b, e) AS cases
            GROUP BY 1, 2, 3"""  # noqa: S608 - numbers of our own

    def by_day_sql(self) -> str:
        """Segments within one local day are summed by the database; only those over midnight come one by one.

        The local day is plain arithmetic: between two changes of the clock local time is UTC, shifted.
        """
        changes = list(organisation.working_time().steady(self.start, max(self.finish, self.start + 1)))
        shifts = " ".join(f"WHEN {{0}} < {finish} THEN {offset}" for _start, finish, offset in changes)
        day = f"(({{0}}) + CASE {shifts} ELSE {changes[-1][2]} END) / {DAY}"
        return f"""
            SELECT ds, df, CASE WHEN ds = df THEN 0 ELSE s END, CASE WHEN ds = df THEN 1 ELSE f END,
                SUM(f - s), SUM(CASE WHEN first AND (b >= %s OR s = %s) THEN 1 ELSE 0 END)
            FROM (SELECT s, f, b, first, {day.format("s")} AS ds,
                    {day.format("CASE WHEN f > s THEN f - 1 ELSE s END")} AS df FROM piece) AS dated
            GROUP BY 1, 2, 3, 4"""  # noqa: S608 - numbers of our own
