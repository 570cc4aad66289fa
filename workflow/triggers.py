"""The database's own refusal to change or remove an event, whatever program asks."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "workflow_event"
NAMES = {"workflow_event_no_update", "workflow_event_no_delete"}
NAMES_ON_SQLITE = NAMES | {"workflow_event_no_replace"}

POSTGRESQL = """
CREATE OR REPLACE FUNCTION workflow_event_is_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the timeline is append-only' USING ERRCODE = 'integrity_constraint_violation'; END
$$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER workflow_event_no_update BEFORE UPDATE ON workflow_event
    FOR EACH STATEMENT EXECUTE FUNCTION workflow_event_is_append_only();
CREATE OR REPLACE TRIGGER workflow_event_no_delete BEFORE DELETE OR TRUNCATE ON workflow_event
    FOR EACH STATEMENT EXECUTE FUNCTION workflow_event_is_append_only();
"""
SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS workflow_event_no_{verb.lower()} BEFORE {verb} ON workflow_event "
    "BEGIN SELECT RAISE(ABORT, 'the timeline is append-only'); END"
    for verb in ("UPDATE", "DELETE")
] + [  # REPLACE takes the old row away without asking the trigger on DELETE
    "CREATE TRIGGER IF NOT EXISTS workflow_event_no_replace BEFORE INSERT ON workflow_event "
    "WHEN EXISTS (SELECT 1 FROM workflow_event WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'the timeline is append-only'); END"
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place; harmless when they are."""
    with connection.cursor() as cursor:
        for statement in [POSTGRESQL] if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, for a test database that must be emptied."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in sorted(names(connection)):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def present(connection: BaseDatabaseWrapper) -> set[str]:
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('workflow_event') AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        return names(connection) & {row[0] for row in cursor.fetchall()}


def names(connection: BaseDatabaseWrapper) -> set[str]:
    return NAMES if connection.vendor == "postgresql" else NAMES_ON_SQLITE


def table_exists(connection: BaseDatabaseWrapper) -> bool:
    return TABLE in connection.introspection.table_names()


def install_after_migrate(using: str, **kwargs: Any) -> None:
    if table_exists(connections[using]):
        install(connections[using])


def check_triggers(databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report a timeline that could be rewritten because its triggers are missing."""
    return [
        Error("The timeline is not append-only in the database.", hint="Run `manage.py migrate`.", id="workflow.E001")
        for alias in databases or []
        if table_exists(connections[alias]) and present(connections[alias]) != names(connections[alias])
    ]
