"""What the figures ask the database: one statement over the segments of the cases that a query selects."""

from array import array
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Case, ExpressionWrapper, F, Func, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest, Least

from accounts import organisation
from accounts.working_time import DAY, MINUTE, datetime_of, moment_of
from suspensions.analytics.answers import DAYS, GROUPS, LONGEST, Answers
from suspensions.analytics.folds import Folds, Head, contents
from suspensions.analytics.periods import Period
from suspensions.analytics.runs import Run, Runs
from suspensions.intervals import NEVER
from suspensions.models import RiskSource, Suspension, TechProcess
from suspensions.models.suspension import SuspensionQuerySet
from suspensions.remembering import Settled, State, recall

HOUR = 60 * MINUTE
# Upper edges of the histogram of durations; the last box has none.
EDGES = (15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR)


# The questions put to the database at once, and how many whole numbers a line of each answer has.
QUESTIONS = {"groups": GROUPS, "longest": LONGEST, "islands": 3, "sources": 3, "days": DAYS, "lengths": 0}
DETAILS = {"sources", "days"}
WIDEST = max(QUESTIONS.values())
# The length of each case, made of its pieces once for all questions; sums of whole numbers would else be decimal ones.
CASES = """one(id, process, source, planned, b, e, d, w) AS (
    SELECT id, MIN(process), MIN(source), MIN(planned), MIN(b), MIN(e), CAST(SUM(f - s) AS BIGINT),
        CAST(SUM(w) AS BIGINT)
    FROM piece GROUP BY id)"""
LONGEST_SQL = "SELECT id, d FROM one ORDER BY d DESC, id DESC LIMIT 1"
# Where the united downtime of each `k` begins anew and how far was reached before; at the end how far in all.
ISLANDS = f"""
    SELECT k, s, COALESCE(reached, -1) FROM (
        SELECT k, s, MAX(f) OVER (PARTITION BY k ORDER BY s, f ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            AS reached
        FROM (SELECT {{0}} AS k, s, f FROM piece WHERE s < f) AS keyed) AS ordered
    WHERE reached IS NULL OR reached < s
    UNION ALL SELECT {{0}}, {NEVER}, MAX(f) FROM piece WHERE s < f GROUP BY {{0}}"""  # noqa: S608 - numbers of our own
# PostgreSQL reads all segments where it guesses that the cases are many; an array of cases it looks up one by one.
LINKED = ('"suspensions_suspension"."id"', '"suspensions_segment"."suspension_id"')
KEYS = {"islands": "process * 2 + planned", "sources": "source"}


def is_few(column: str) -> RawSQL:
    return RawSQL(f"{column} = ANY(ARRAY(SELECT id FROM few))", (), output_field=BooleanField())  # noqa: S608, S611 - names of our own


class Micros(Func):
    """A moment as whole microseconds since 1970: exact, and the same arithmetic on both databases.

    PostgreSQL counts in doubles, which hold whole microseconds exactly until the year 2112 and cost a third of what
    its decimal numbers do. SQLite rounds to milliseconds: the seconds are read without what follows them.
    """

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="ROUND(DATE_PART('epoch', %(expressions)s) * 1000000)::bigint", **context
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        text, params = compiler.compile(self.source_expressions[0])
        seconds = f"CAST(strftime('%%s', substr({text}, 1, 19)) AS INTEGER)"
        sql = f"({seconds} * 1000000 + CAST(substr({text}, 21, 6) AS INTEGER))"
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

    @property
    def is_whole(self) -> bool:
        """Whether nothing but the period narrows it."""
        return self == Query(self.period)


@dataclass(frozen=True)
class Known:
    """What is known before anything is added up: the state of all cases, and what need not be asked for."""

    state: State
    settled: Settled | None = None  # what is long over, where it is much
    folds: Folds | None = None  # what of all cases is folded away
    heads: tuple[Head, ...] = ()  # those of them that the figures are made of
    few: bool = False  # whether all the others are few

    @cached_property
    def contents(self) -> dict[int, Run]:
        """What is folded away, read once for all figures that are made of it."""
        return contents(self.heads)


@dataclass
class Asked:
    """The answers of the database to one query as of `now`, in one statement for each part, once one is wanted."""

    query: Query
    cases: SuspensionQuerySet
    now: datetime
    processes: Sequence[TechProcess] = field(default_factory=list)
    detailed: bool = True  # with the splits by source and by day
    known: Known | None = None
    beside: "Asked | None" = field(default=None, repr=False)  # what is asked in the same statement

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
    def runs(self) -> Runs:
        """What is known of cases that are over: folded away, or remembered where they are many."""
        known, settled = self.known, self.known.settled if self.known else None
        if known and known.folds and self.start < self.finish:
            return Runs([known.contents[head.pk] for head in known.folds.within(self.start, self.finish) if head.cases])
        if settled is None or self.start == self.finish:
            return Runs([])
        late = settled.state.reaches and moment_of(settled.state.reaches) > self.finish
        about = ("settled", *self.asked_for, self.finish if late else None)
        return Runs([recall(settled.state, about, lambda: self.run(self.listed.settled(settled.before)))])

    def run(self, cases: SuspensionQuerySet) -> Run:
        return Run.of(self.answers(cases), self.start, self.finish, self.finish, self.query.period.zone)

    @cached_property
    def rest(self) -> Answers:
        """The answers about all other cases; those beside these come along."""
        if not self.has_others:
            return self.sorted_out([])
        both = [one for one in (self, self.beside) if one and one.has_others]
        for one, found in zip(both, asked_at_once(both), strict=True):
            vars(one)["rest"] = found
        return vars(self)["rest"]

    @property
    def has_others(self) -> bool:
        settled = self.known and self.known.settled
        return self.start < self.finish and not (settled and settled.is_all)

    @property
    def others(self) -> SuspensionQuerySet:
        """The cases that are neither folded away nor remembered."""
        known = self.known
        if known and known.folds:
            return self.query.select(self.cases).filter(known.folds.rest(self.start, self.finish))
        return self.listed.unsettled(known.settled.before) if known and known.settled else self.listed

    @property
    def asked_for(self) -> tuple[Hashable, ...]:
        """What is asked, up to the moment of asking."""
        query = self.query
        filters = [getattr(getattr(query, name), "pk", None) for name in ("process", "risk_source", "user")]
        return (*filters, query.origin, query.kind, query.planned, query.period.zone.key, self.start, self.detailed)

    def pieces(self, cases: SuspensionQuerySet, few: bool = False) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL of all segments, cut to the period: s to f of a case that began at b and ended at e.

        w is the length of the segment uncut.
        """
        begin, end, now = self.start, self.finish, moment_of(self.now)
        starts = Greatest(Micros("segments__start"), Value(begin))
        picked, before = "", ()
        if few and connection.vendor == "postgresql":
            picked, before = cases.order_by().values("pk").query.sql_with_params()
            picked, cases = f"few(id) AS MATERIALIZED ({picked}), ", Suspension.objects.filter(*map(is_few, LINKED))
        rows = cases.order_by().filter(segments__isnull=False).values_list(
            F("pk"), F("process_id"), F("risk_source_id"), Case(When(planned=True, then=1), default=0),
            starts,
            Greatest(starts, Least(Coalesce(Micros("segments__finish"), Value(now)), Value(end))),
            Micros("start"),
            Coalesce(Micros("finish"), Value(-1)),
            ExpressionWrapper(Q(segments__start=F("start")), BooleanField()),
            Coalesce(Micros("segments__finish"), Value(now)) - Micros("segments__start"),
        )  # fmt: skip
        sql, params = rows.query.sql_with_params()
        return f"{picked}piece(id, process, source, planned, s, f, b, e, first, w) AS ({sql})", (*before, *params)

    def ask(self, sql: str, *params: Any, cases: SuspensionQuerySet | None = None) -> list[Any]:
        if self.start == self.finish:
            return []
        pieces, values = self.pieces(self.listed if cases is None else cases)
        return fetched(f"WITH {pieces} {sql}", (*values, *params))

    def answers(self, cases: SuspensionQuerySet) -> Answers:
        """Return the answers about some cases."""
        return self.sorted_out(fetched(*self.statement(cases))) if self.start < self.finish else self.sorted_out([])

    def statement(self, cases: SuspensionQuerySet, few: bool = False) -> tuple[str, list[Any]]:
        """Return the SQL of all questions about some cases: the pieces are looked up once for all."""
        pieces, picked_by = self.pieces(cases, few)
        asked = {name: self.question(name) for name in QUESTIONS if self.detailed or name not in DETAILS}
        answers, picked, params = [], [], [*picked_by]
        for number, (name, (sql, values)) in enumerate(asked.items()):
            columns = [f"c{place}" for place in range(QUESTIONS[name])] or ["c0"]
            answers.append(f"a{number}({', '.join(columns)}) AS ({sql})")
            cells = [f"CAST({column} AS BIGINT)" for column in columns] if QUESTIONS[name] else []
            cells += ["0"] * (WIDEST - len(cells))
            text = "''" if QUESTIONS[name] else "c0"
            picked.append(f"SELECT {number}, {text}, {', '.join(cells)} FROM a{number}")  # noqa: S608 - our own names
            params += values
        return f"WITH {pieces}, {CASES}, {', '.join(answers)} {' UNION ALL '.join(picked)}", params

    def sorted_out(self, rows: Iterable[Sequence[Any]]) -> Answers:
        """Return the lines that a statement found as answers to its questions."""
        found: dict[str, list[Any]] = {name: [] for name in QUESTIONS}
        names = [name for name in QUESTIONS if self.detailed or name not in DETAILS]
        for number, text, *cells in rows:
            name = names[number]
            found[name].append(tuple(cells[: QUESTIONS[name]]) if QUESTIONS[name] else text)
        return Answers.found(found, array("q", sorted(map(int, "".join(found["lengths"]).split()))))

    def question(self, name: str) -> tuple[str, list[Any]]:
        """Return the SQL of a question over the pieces, and its parameters."""
        if name == "groups":
            return self.groups_sql(), [self.start, self.finish, self.start, self.finish, self.start]
        if name == "days":
            return self.by_day_sql(), [self.start, self.start]
        if name == "lengths":  # as one text: that many lines would cost more than the rest
            gather = "STRING_AGG" if connection.vendor == "postgresql" else "GROUP_CONCAT"
            return f"SELECT COALESCE({gather}(CAST(d AS TEXT), ' '), '') FROM one", []  # noqa: S608 - our own names
        return (LONGEST_SQL if name == "longest" else ISLANDS.format(KEYS[name])), []

    def groups_sql(self) -> str:
        failure = "planned = 1" if self.query.failures else "planned = 0"
        ended, begun = f"{failure} AND e > %s AND e <= %s", f"{failure} AND b >= %s"
        box = " ".join(f"WHEN d <= {edge} THEN {number}" for number, edge in enumerate(EDGES))
        return f"""
            SELECT process, source, CASE {box} ELSE {len(EDGES)} END AS box, COUNT(*), SUM(d), MAX(d),
                SUM(CASE WHEN {ended} THEN 1 ELSE 0 END), SUM(CASE WHEN {ended} THEN w ELSE 0 END),
                SUM(CASE WHEN {begun} THEN 1 ELSE 0 END)
            FROM one GROUP BY 1, 2, 3"""  # noqa: S608 - numbers of our own

    def by_day_sql(self) -> str:
        """Segments within one local day are summed by the database; only those over midnight come one by one.

        The local day is plain arithmetic: between two changes of the clock local time is UTC, shifted. A segment that
        nothing of is left may begin after the last day; only the first of a case counts, which never does.
        """
        changes = list(organisation.working_time().steady(self.start, max(self.finish, self.start + 1)))
        shifts = " ".join(f"WHEN {{0}} < {finish} THEN {offset}" for _start, finish, offset in changes)
        day = f"(({{0}}) + CASE {shifts} ELSE {changes[-1][2]} END) / {DAY}"
        return f"""
            SELECT ds, df, CASE WHEN ds = df THEN 0 ELSE s END, CASE WHEN ds = df THEN 1 ELSE f END,
                SUM(f - s), SUM(CASE WHEN first AND (b >= %s OR s = %s) THEN 1 ELSE 0 END)
            FROM (SELECT s, f, b, first, {day.format("s")} AS ds,
                    {day.format("CASE WHEN f > s THEN f - 1 ELSE s END")} AS df
                FROM piece WHERE s < f OR first) AS dated
            GROUP BY 1, 2, 3, 4"""  # noqa: S608 - numbers of our own


def asked_at_once(several: Sequence[Asked]) -> list[Answers]:
    """Return the answers about the rest of the cases of several periods, all found by one statement."""
    picked, params = [], list[Any]()
    for number, asked in enumerate(several):
        sql, values = asked.statement(asked.others, few=bool(asked.known and asked.known.few))
        picked.append(f"SELECT {number}, one_of_all.* FROM ({sql}) AS one_of_all")  # noqa: S608 - our own names
        params += values
    found: list[list[Sequence[Any]]] = [[] for _asked in several]
    for number, *cells in fetched(" UNION ALL ".join(picked), params):
        found[number].append(cells)
    return [asked.sorted_out(rows) for asked, rows in zip(several, found, strict=True)]


def fetched(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
