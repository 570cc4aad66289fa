"""The index on SQLite: one FTS5 table for all nouns, kept by triggers. It knows no stems: words are found by the
beginning that their forms share. What is found in a title ranks above the rest, the newest first.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from workflow.search.layout import Layout, internal
from workflow.search.nouns import registered
from workflow.search.typed import SHORTEST_PREFIX, Typed, Word

CODES = 64  # rowid = id of the object * CODES + code of its noun: the order of rowids is that of ids
LONGEST = 100_000
TABLE = "workflow_search"
COMMON = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} "
    "USING fts5(noun, title, words, internal, tokenize = 'unicode61 remove_diacritics 0')"
)


def statements(place: Layout) -> dict[str, str]:
    """Return the triggers of a noun: name -> statement."""
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in place.watched)
    triggers = {
        "insert": ("INSERT", place.table, "", ["NEW.id"]),
        "update": ("UPDATE", place.table, f"WHEN {changed}", ["NEW.id"]),
        "delete": ("DELETE", place.table, "", ["OLD.id"]),
    }
    for kind, part in place.parts.items():
        triggers |= {
            f"{kind}_insert": ("INSERT", part.table, "", [part.owner("NEW")]),
            f"{kind}_update": ("UPDATE", part.table, "", [part.owner("NEW"), part.owner("OLD")]),
            f"{kind}_delete": ("DELETE", part.table, "", [part.owner("OLD")]),
        }
    return {
        (name := f"{TABLE}_{place.name}_{kind}"): f"CREATE TRIGGER {name} AFTER {verb} ON {table} {when} BEGIN "
        + " ".join(f"{again(place, row)};" for row in rows)
        + " END"
        for kind, (verb, table, when, rows) in triggers.items()
    }


def again(place: Layout, row: str) -> str:
    """Return the statements that write one object's row anew."""
    return f"DELETE FROM {TABLE} WHERE rowid = {row} * {CODES} + {place.noun.code}; {documents(place)} AND t.id = {row}"


def documents(place: Layout) -> str:
    """Return the INSERT of what is found of the rows `t`."""
    which = internal(place.noun, "c")
    texts = [f"coalesce(t.{name}, '')" for name in place.texts]
    names = []
    if place.files:
        names = [
            f"coalesce((SELECT group_concat(f.name, ' ') FROM {place.files.table} a "
            f"JOIN attachments_file f ON f.id = a.{place.files.column} WHERE a.{place.files.link} = t.id), '')"
        ]
    words = " || ' ' || ".join([*texts, *names, said_by(place, which["open"])])
    return (
        f"INSERT INTO {TABLE} (rowid, noun, title, words, internal) "
        f"SELECT t.id * {CODES} + {place.noun.code}, '{place.name}', {folded(f'coalesce(t.{place.title}, {EMPTY})')}, "
        f"{folded(words)}, {folded(said_by(place, which['closed']))} FROM {place.table} t WHERE {place.found('t')}"
    )


EMPTY = "''"


def folded(text: str) -> str:
    """The case is FTS5's to fold; the dots are not."""
    return f"substr(replace(replace({text}, 'ё', 'е'), 'Ё', 'е'), 1, {LONGEST})"


def said_by(place: Layout, condition: str) -> str:
    part = place.comments
    if part is None or condition == "FALSE":
        return EMPTY
    told = place.told_by_comment("group_concat(f.name, ' ')")
    said = f"SELECT group_concat({told}, ' ') FROM {part.table} c WHERE c.{part.link} = t.id"
    return f"coalesce(({said} AND {condition}), '')"


def standing(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the triggers in place: name -> statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{TABLE}\\_%%' ESCAPE '\\'"
        )
        return dict(cursor.fetchall())


def fingerprints(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return noun -> fingerprint of the index that stands, as `Index` reckons them."""
    found = standing(connection)
    return {
        name: "\n".join(found[key] for key in sorted(found) if key.startswith(f"{TABLE}_{name}_"))
        for name in registered
    }


def install(connection: BaseDatabaseWrapper, place: Layout, fingerprint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COMMON)
        for name in standing(connection):
            if name.startswith(f"{TABLE}_{place.name}_"):
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements(place).values():
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: SQLite changes no table that a trigger elsewhere names."""
    with connection.cursor() as cursor:
        for name in standing(connection):
            cursor.execute(f"DROP TRIGGER {name}")


def rebuild(connection: BaseDatabaseWrapper, place: Layout, low: int, high: int) -> None:
    """Write anew what is found of the objects with ids from `low` to `high`."""
    code = place.noun.code
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {TABLE} WHERE rowid BETWEEN %s AND %s AND rowid %% {CODES} = {code}",
            [low * CODES, high * CODES + code],
        )
        cursor.execute(f"{documents(place)} AND t.id BETWEEN %s AND %s", [low, high])


def pattern(word: Word) -> str:
    """Return what FTS5 looks for: the word, and whatever begins as all its forms do."""
    if word.begun or len(word.stem) >= SHORTEST_PREFIX:
        return " OR ".join(f'"{text}"*' for text in sorted({word.stem, word.text}) if len(text) >= SHORTEST_PREFIX)
    return f'"{word.text}"'


def branch(
    noun: str, typed: Typed, visible: tuple[str, tuple[Any, ...]] | None, *, inner: bool, most: int, shown: int
) -> tuple[str, list[Any]]:
    """Return the SELECT of (noun, id, rank, count) for one noun: its best `shown` of the newest `most` matches."""
    words = " AND ".join(f"({pattern(word)})" for word in typed.words)
    columns = "title words internal" if inner else "title words"
    mark = f'noun : "{noun}"'
    rows = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s"
    end = f"ORDER BY rowid DESC LIMIT {most}"
    scope, parameters = (f"AND rowid / {CODES} IN ({visible[0]})", visible[1]) if visible else ("", ())
    sql = f"""SELECT * FROM (
        WITH titled AS MATERIALIZED ({rows} {end}), found AS MATERIALIZED ({rows} {scope} {end})
        SELECT '{noun}' AS noun, rowid / {CODES} AS id,
            CASE WHEN rowid IN (SELECT rowid FROM titled) THEN 1.0 ELSE 0.1 END AS rank, count(*) OVER () AS matches
        FROM found ORDER BY rank DESC, id DESC LIMIT {shown}
    )"""
    in_title, anywhere = f"{mark} AND {{title}} : ({words})", f"{mark} AND {{{columns}}} : ({words})"
    return sql, [in_title, anywhere, *parameters]
