"""The full-text index as a whole: put in place after migrations, checked, rebuilt. Its triggers keep it in step inside
the transaction of each change, also of one made by hand."""

from collections.abc import Iterator
from hashlib import sha256
from types import ModuleType
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max

from workflow.search import postgresql, sqlite
from workflow.search.layout import Layout, layout
from workflow.search.nouns import Noun, registered

STEP = 5000  # ids rebuilt at once


def engine(connection: BaseDatabaseWrapper) -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite


def wanted(connection: BaseDatabaseWrapper, place: Layout) -> str:
    """Return the fingerprint of the index as this code would make it."""
    if connection.vendor != "postgresql":
        made = sqlite.statements(place)
        return "\n".join(made[name] for name in sorted(made))
    return sha256("".join([postgresql.COMMON, *postgresql.statements(place)]).encode()).hexdigest()


def missing(connection: BaseDatabaseWrapper) -> list[Layout]:
    """Return the nouns whose tables stand and whose index does not, or is of an earlier version."""
    present = set(connection.introspection.table_names())
    places = [layout(noun) for noun in registered.values()]
    found = engine(connection).fingerprints(connection)
    return [
        place
        for place in places
        if place.tables | {"workflow_searchdocument", "attachments_file"} <= present
        and found.get(place.name, "") != wanted(connection, place)
        and columns_stand(connection, place)
    ]


def columns_stand(connection: BaseDatabaseWrapper, place: Layout) -> bool:
    """Say whether the table is migrated as far as the index needs it."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, place.table)
    return set(place.watched) <= {column.name for column in described}


def install_after_migrate(using: str, **kwargs: Any) -> None:
    """Put in place what is missing and index what was there before it."""
    connection = connections[using]
    for place in missing(connection):
        with transaction.atomic(using=using):
            engine(connection).install(connection, place, wanted(connection, place))
        for _done, _all in rebuild(place.noun, using):
            pass


def remove_before_migrate(using: str, plan: Any, **kwargs: Any) -> None:
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        sqlite.remove(connection)


def rebuild(noun: Noun, using: str = "default") -> Iterator[tuple[int, int]]:
    """Index a noun anew, step by step; yields how far it is and how far it will go, in ids."""
    connection, place = connections[using], layout(noun)
    last = noun.model._base_manager.using(using).aggregate(last=Max("pk"))["last"] or 0
    for low in range(1, last + 1, STEP):
        high = min(low + STEP - 1, last)
        with transaction.atomic(using=using):
            engine(connection).rebuild(connection, place, low, high)
        yield high, last


def check_index(databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report nouns that search would not find, because nothing keeps their index."""
    return [
        Warning(f"Search has no index of “{place.name}”.", hint="Run `manage.py migrate`.", id="workflow.W004")
        for alias in databases or []
        for place in missing(connections[alias])
    ]
