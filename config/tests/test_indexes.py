"""Indexes that nothing asks are gone, and come back with the migration undone."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from incidents.models import Incident
from workflow.indexes import DropForeignKeyIndexes
from workflow.models import Event

pytestmark = pytest.mark.django_db
GONE = {"reporter_id", "assignee_id", "integration_id", "acknowledged_by_id", "resolved_by_id", "closed_by_id"}


def indexed_alone(model):
    """Return the columns that have an index of their own."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return {one["columns"][0] for one in found.values() if one["index"] and len(one["columns"]) == 1}


def test_what_another_index_begins_with_has_none_of_its_own():
    assert not indexed_alone(Incident) & GONE
    assert "subject_type_id" not in indexed_alone(Event)
    assert {"previous_id", "storm_id", "snoozed_until"} <= indexed_alone(Incident)


def test_backwards_each_foreign_key_has_its_index_again():
    operation = DropForeignKeyIndexes("Incident", [name.removesuffix("_id") for name in GONE])
    state = MigrationLoader(None).project_state([("incidents", "0008_fewer_indexes")])
    editor = connection.schema_editor(atomic=False)
    editor.deferred_sql = []  # not entered: SQLite would have to look away from foreign keys, which a test cannot

    operation.database_backwards("incidents", editor, state, state)
    assert indexed_alone(Incident) >= GONE

    operation.database_forwards("incidents", editor, state, state)
    assert not indexed_alone(Incident) & GONE
