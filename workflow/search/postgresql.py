"""The index on PostgreSQL: a row of lexemes per object, kept by triggers, read newest first in steps.

A word that stands in half of all texts would make GIN fetch half of the table to find its newest thousand. So the
newest objects are tested one by one; where they hold too few matches, the index is asked for more and more of the
newest by the `#bucket` lexeme that every row carries, and for all only where even those hold too few.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from workflow.search.layout import Layout, Part, internal
from workflow.search.typed import Typed

BUCKET = 4096  # objects with neighbouring ids that share a lexeme
NEAR = BUCKET  # how many of the newest are tested one by one
FURTHER = [4, 16, 64]  # buckets that the next steps look at before all are
LONGEST = 100_000  # characters of an object's texts that count: a tsvector holds a megabyte
# What PostgreSQL's parser would take for parts of addresses, numbers with signs and tags.
MARKS = "-./:@_\\<>&;+~%=#?"

COMMON = f"""
CREATE OR REPLACE FUNCTION workflow_lexemes(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.russian',
        translate(replace(lower(left(said, {LONGEST})), 'ё', 'е'), '{MARKS}', '{" " * len(MARKS)}'))
$$;
"""


def statements(place: Layout) -> list[str]:
    """Return what makes the index of a noun, harmless where it stands."""
    name = place.name
    index = f"CREATE INDEX IF NOT EXISTS search_{name}_{{0}} ON workflow_searchdocument USING gin ({{0}})"
    return [
        *own_statements(place),
        *(statement for kind, part in place.parts.items() for statement in part_statements(place, kind, part)),
        # A short list of what is still to be sorted in: searches read it from end to end.
        f"{index.format('words')} WITH (gin_pending_list_limit = 256) WHERE noun = '{name}'",
        f"{index.format('internal')} WHERE noun = '{name}' AND internal IS NOT NULL",
    ]


def own_statements(place: Layout) -> list[str]:
    """A row is written to the index when it is made and when what is found of it changes, by whatever program."""
    name = f"workflow_search_{place.name}"
    before, after = (", ".join(f"{row}.{column}" for column in place.watched) for row in ("OLD", "NEW"))
    return [
        f"""
CREATE OR REPLACE FUNCTION {name}(low bigint, high bigint) RETURNS void LANGUAGE sql AS $$
    DELETE FROM workflow_searchdocument d WHERE d.noun = '{place.name}' AND d.subject_id BETWEEN low AND high
        AND NOT EXISTS (SELECT FROM {place.table} t WHERE t.id = d.subject_id AND {place.found("t")});
    {documents(place)}
        WHERE t.id BETWEEN low AND high AND {place.found("t")}
        ON CONFLICT (noun, subject_id) DO UPDATE SET words = EXCLUDED.words, internal = EXCLUDED.internal
$$""",
        f"""
CREATE OR REPLACE FUNCTION {name}_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM workflow_searchdocument WHERE noun = '{place.name}' AND subject_id = OLD.id;
    ELSIF TG_OP = 'INSERT' THEN
        IF {place.found("NEW")} THEN
            INSERT INTO workflow_searchdocument (noun, subject_id, words)
                VALUES ('{place.name}', NEW.id, {own_words(place, "NEW")});
        END IF;
    ELSIF ({before}) IS DISTINCT FROM ({after}) THEN
        PERFORM {name}(NEW.id, NEW.id);
    END IF;
    RETURN NULL;
END $$""",
        trigger(name, place.table, f"{name}_changed"),
    ]


def part_statements(place: Layout, kind: str, part: Part) -> list[str]:
    """A comment or a file changes its object's words. The object is locked first, so that of two comments at once
    the second sees the first; a lock that its writer takes anyhow, in the same order."""
    name, link = f"workflow_search_{place.name}_{kind}", part.link
    new, old = (
        f"""owner := {part.owner(row)};
        PERFORM FROM {place.table} WHERE id = owner FOR NO KEY UPDATE;
        PERFORM workflow_search_{place.name}(owner, owner);"""
        for row in ("NEW", "OLD")
    )
    return [
        f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE owner bigint;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        {new}
    END IF;
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.{link} <> NEW.{link} THEN
        {old}
    END IF;
    RETURN NULL;
END $$""",
        trigger(name, part.table, name),
    ]


def trigger(name: str, table: str, function: str) -> str:
    return (
        f"CREATE OR REPLACE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def own_words(place: Layout, row: str) -> str:
    """Return the lexemes of a row itself: the title first, then its texts, and the bucket of its id."""
    texts = " || ' ' || ".join(f"coalesce({row}.{name}, '')" for name in place.texts) or "''"
    return (
        f"setweight(workflow_lexemes(coalesce({row}.{place.title}, '')), 'A') || "
        f"setweight(workflow_lexemes({texts}), 'B') || array_to_tsvector(ARRAY['#' || {row}.id / {BUCKET}])"
    )


def documents(place: Layout) -> str:
    """Return the INSERT of what the rows `t` say; comments and names of files come last, the newest first."""
    is_open = internal(place.noun, "c")
    said, closed = said_by(place, is_open["open"]), said_by(place, is_open["closed"])
    names = (
        f"""coalesce((SELECT string_agg(f.name, ' ') FROM {place.files.table} a
        JOIN attachments_file f ON f.id = a.{place.files.column} WHERE a.{place.files.link} = t.id), '')"""
        if place.files
        else "''"
    )
    inner = (
        "CASE WHEN s.closed <> '' THEN w.words || workflow_lexemes(s.closed) END"
        if place.noun.has_internal
        else "NULL::tsvector"
    )
    return f"""INSERT INTO workflow_searchdocument (noun, subject_id, words, internal)
        SELECT '{place.name}', t.id, w.words, {inner} FROM {place.table} t
        CROSS JOIN LATERAL (SELECT {said} AS said, {closed} AS closed, {names} AS names) s
        CROSS JOIN LATERAL (
            SELECT {own_words(place, "t")} || workflow_lexemes(s.names || ' ' || s.said) AS words
        ) w"""


def said_by(place: Layout, condition: str) -> str:
    part = place.comments
    if part is None or condition == "FALSE":
        return "''"
    told = place.told_by_comment("string_agg(f.name, ' ')")
    said = f"SELECT string_agg({told}, ' ' ORDER BY c.id DESC) FROM {part.table} c"
    return f"coalesce(({said} WHERE c.{part.link} = t.id AND {condition}), '')"


def fingerprints(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return noun -> fingerprint of the index that stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, d.description FROM pg_proc p JOIN pg_description d ON d.objoid = p.oid "
            "WHERE p.proname LIKE 'workflow\\_search\\_%%' AND d.description LIKE 'search %%' "
            "AND p.pronamespace = current_schema()::regnamespace"
        )
        return {name.removeprefix("workflow_search_"): mark.removeprefix("search ") for name, mark in cursor.fetchall()}


def install(connection: BaseDatabaseWrapper, place: Layout, fingerprint: str) -> None:
    with connection.cursor() as cursor:
        for statement in (COMMON, *statements(place)):
            cursor.execute(statement)
        signature = f"workflow_search_{place.name}(bigint, bigint)"
        cursor.execute(f"COMMENT ON FUNCTION {signature} IS 'search {fingerprint}'")


def rebuild(connection: BaseDatabaseWrapper, place: Layout, low: int, high: int) -> None:
    """Write anew what is found of the objects with ids from `low` to `high`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT workflow_search_{place.name}(%s, %s)", [low, high])


def tsquery(typed: Typed) -> tuple[str, list[Any]]:
    """Return the query for what was typed: every word in any of its forms, the last one also as a beginning."""
    whole = " & ".join(word.text for word in typed.words if not word.begun)
    parts, parameters = [], []
    if whole:
        parts.append("to_tsquery('pg_catalog.russian', %s)")
        parameters.append(whole)
    for word in typed.words:
        if word.begun:
            parts.append("(to_tsquery('pg_catalog.russian', %s) || to_tsquery('pg_catalog.simple', %s))")
            parameters += [f"{word.text}:*", f"{word.text}:*"]
    return " && ".join(parts), parameters


def branch(
    noun: str, typed: Typed, visible: tuple[str, tuple[Any, ...]] | None, *, inner: bool, most: int, shown: int
) -> tuple[str, list[Any]]:
    """Return the SELECT of (noun, id, rank, count) for one noun: its best `shown` of the newest `most` matches.

    `visible` is the query of the ids that the reader may see, None where they see all.
    """
    text, words = tsquery(typed)
    match = "(d.words @@ {0} OR d.internal @@ {0})" if inner else "d.words @@ {0}"
    steps, parameters = (
        steps_of_all(noun, match, most) if visible is None else steps_of_some(noun, match, most, *visible)
    )
    rank = "ts_rank(coalesce(d.internal, d.words), q.q)" if inner else "ts_rank(d.words, q.q)"
    sql = f"""SELECT * FROM (
        WITH q AS MATERIALIZED (SELECT {text} AS q), {steps}
        SELECT '{noun}' AS noun, d.subject_id AS id, {rank} AS rank, count(*) OVER () AS matches
        FROM (SELECT subject_id FROM found ORDER BY subject_id DESC LIMIT {most}) best
        JOIN workflow_searchdocument d ON d.noun = '{noun}' AND d.subject_id = best.subject_id CROSS JOIN q
        ORDER BY rank DESC, id DESC LIMIT {shown}
    ) AS {noun}"""
    return sql, [*words, *parameters]


def steps_of_all(noun: str, match: str, most: int) -> tuple[str, list[Any]]:
    """Look at the newest objects one by one, then by the index at more and more of them, until there are enough."""
    rows = f"FROM workflow_searchdocument d WHERE d.noun = '{noun}'"
    names, end = ["near"], "(SELECT low FROM edge)"
    steps = [
        f"""edge AS MATERIALIZED (
            SELECT min(subject_id) AS low, max(subject_id) AS top
            FROM (SELECT d.subject_id {rows} ORDER BY d.subject_id DESC LIMIT {NEAR}) newest
        ), near AS MATERIALIZED (
            SELECT d.subject_id FROM (
                SELECT d.subject_id, d.words, d.internal {rows} ORDER BY d.subject_id DESC LIMIT {NEAR}
            ) d WHERE {match.format("(SELECT q FROM q)")} LIMIT {most}
        )"""
    ]
    for place, width in enumerate([*FURTHER, None]):
        too_few = " + ".join(f"(SELECT count(*) FROM {name})" for name in names)
        first = f"greatest(0, top / {BUCKET} - {width})"
        buckets = f"""(SELECT string_agg(format('''#%%s''', b), '|')::tsquery
            FROM edge, generate_series({first}, top / {BUCKET}) b)"""
        query = f"((SELECT q FROM q) && {buckets})" if width else "(SELECT q FROM q)"
        names.append(f"step{place}")
        steps.append(f"""{names[-1]} AS MATERIALIZED (
            SELECT d.subject_id {rows} AND {match.format(query)} AND d.subject_id < {end} AND {too_few} < {most}
        )""")
        end = f"(SELECT least(low, {first} * {BUCKET}) FROM edge)"
    found = " UNION ALL ".join(f"SELECT * FROM {name}" for name in names)
    return f"{', '.join(steps)}, found AS ({found})", []


def steps_of_some(noun: str, match: str, most: int, visible: str, parameters: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """Look at the newest objects that the reader may see, then at all matches that they may see, if there are more."""
    match = match.format("(SELECT q FROM q)")
    # OFFSET 0: each is looked up by its id. The planner would rather fetch every match of the index first.
    one = f"SELECT d.words, d.internal FROM workflow_searchdocument d WHERE d.noun = '{noun}'"
    return (
        f"""seen AS MATERIALIZED (
            SELECT id FROM ({visible}) AS v(id) ORDER BY id DESC LIMIT {NEAR + 1}
        ), near AS MATERIALIZED (
            SELECT newest.id AS subject_id FROM (SELECT id FROM seen ORDER BY id DESC) newest
            CROSS JOIN LATERAL ({one} AND d.subject_id = newest.id OFFSET 0) d WHERE {match} LIMIT {most}
        ), far AS MATERIALIZED (
            SELECT d.subject_id FROM workflow_searchdocument d
            WHERE d.noun = '{noun}' AND d.subject_id < (SELECT min(id) FROM seen) AND {match}
                AND (SELECT count(*) FROM seen) > {NEAR} AND (SELECT count(*) FROM near) < {most}
                AND d.subject_id IN ({visible})
        ), found AS (SELECT * FROM near UNION ALL SELECT * FROM far)""",
        [*parameters, *parameters],
    )
