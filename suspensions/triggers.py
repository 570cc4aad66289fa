"""The database notes what is written to, whatever program writes.

When a case began that is written to: what was folded of it is stale. And which case has other facts than before, its
times, its shares, its process, whether it counts: budgets have not judged it yet. A comment or a root cause is none.
"""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from suspensions.models import Fold

NOTES, CASES, SEGMENTS = "suspensions_touched", "suspensions_suspension", "suspensions_segment"
OF_CASE = f"INSERT INTO {NOTES} (start) VALUES ({{row}}.start);"  # noqa: S608 - names of our own
OF_SEGMENT = f"INSERT INTO {NOTES} (start) SELECT start FROM {CASES} WHERE id = {{row}}.suspension_id;"  # noqa: S608
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
UNJUDGED = "suspensions_unjudged"
FACTS = "UPDATE OF start, finish, process_id, planned, deleted_at"
OF_FACTS = (
    f"INSERT INTO {UNJUDGED} (suspension_id, imported) SELECT id, {{imported}} FROM {CASES} "  # noqa: S608
    "WHERE id = {case} AND status <> 'draft' AND {when};"
)
OF_LEFT = (  # the process that a case no longer concerns
    f"INSERT INTO {UNJUDGED} (process_id, imported) SELECT OLD.process_id, FALSE "
    "WHERE OLD.process_id <> NEW.process_id AND OLD.status <> 'draft';"
)
FACT_TRIGGERS = (  # name, table, what is done, which case, whether a draft was taken in, under which condition
    ("case_entered", CASES, "INSERT", "NEW.id", "FALSE", "TRUE"),
    ("case_corrected", CASES, FACTS, "NEW.id", "FALSE", "OLD.status <> 'draft'"),
    ("case_confirmed", CASES, "UPDATE OF status", "NEW.id", "TRUE", "OLD.status = 'draft'"),
    ("share_added", SEGMENTS, "INSERT", "NEW.suspension_id", "FALSE", "TRUE"),
    ("share_corrected", SEGMENTS, "UPDATE", "NEW.suspension_id", "FALSE", "TRUE"),
    ("share_removed", SEGMENTS, "DELETE", "OLD.suspension_id", "FALSE", "TRUE"),
)


def statements(vendor: str) -> dict[str, str]:
    """Return the triggers: name -> statement."""
    found = {
        (name := f"{table}_touched_{verb.lower()}"): statement(
            vendor, name, table, verb, "".join(note.format(row=row) for row in rows)
        )
        for table, note in ((CASES, OF_CASE), (SEGMENTS, OF_SEGMENT))
        for verb, rows in ROWS.items()
    }
    for word, table, verb, case, imported, when in FACT_TRIGGERS:
        name, note = f"suspensions_{word}", OF_FACTS.format(case=case, imported=imported, when=when)
        found[name] = statement(vendor, name, table, verb, note)
    name = "suspensions_case_moved"
    found[name] = statement(vendor, name, CASES, "UPDATE OF process_id", OF_LEFT)
    return found


def statement(vendor: str, name: str, table: str, verb: str, notes: str) -> str:
    if vendor != "postgresql":
        return f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {verb} ON {table} BEGIN {notes} END"
    return f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {notes} RETURN NULL; END $$ LANGUAGE plpgsql;
        CREATE OR REPLACE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"""


def present(connection: BaseDatabaseWrapper) -> set[str]:
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        return statements(connection.vendor).keys() & {row[0] for row in cursor.fetchall()}


def install_after_migrate(using: str, **kwargs: Any) -> None:
    """Put the triggers in place. Where one was missing, nobody knows what changed meanwhile: all is folded anew."""
    connection = connections[using]
    if {NOTES, UNJUDGED, Fold._meta.db_table} - set(connection.introspection.table_names()):
        return
    wanted = statements(connection.vendor)
    complete = present(connection) == wanted.keys()
    with connection.cursor() as cursor:
        for text in wanted.values():
            cursor.execute(text)
    if not complete:
        Fold.objects.using(using).all().delete()


def remove_before_migrate(using: str, plan: Any, **kwargs: Any) -> None:
    """SQLite changes no table that a trigger elsewhere names; backwards go tables that the triggers write to."""
    connection = connections[using]
    postgresql = connection.vendor == "postgresql"
    if not plan or (postgresql and not any(backwards for _migration, backwards in plan)):
        return
    with connection.cursor() as cursor:
        for name in present(connection):
            cursor.execute(f"DROP FUNCTION {name}() CASCADE" if postgresql else f"DROP TRIGGER {name}")
