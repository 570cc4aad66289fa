"""What an upgrade under load asks of migrations: the version before goes on writing until it is replaced."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, CreateModel
from django.db.models import NOT_PROVIDED

pytestmark = pytest.mark.once
# Older than the upgrade under load, or of a model of which the version before makes no rows.
BEFORE = {
    ("accounts", "user", "must_change_password"),
    ("accounts", "organisation", "shows_first_steps"),
    ("incidents", "incident", "dedup_key"),
    ("notifications", "delivery", "patient"),
    ("notifications", "delivery", "options"),
    ("notifications", "notice", "request_id"),
    ("notifications", "post", "kind"),
    ("suspensions", "processlimit", "correction_note"),
}


def added():
    """The columns that a migration adds to a table that stood before."""
    own = {app.label for app in apps.get_app_configs() if (settings.BASE_DIR / app.label).is_dir()}
    for (label, _name), migration in MigrationLoader(None).disk_migrations.items():
        made = {operation.name.lower() for operation in migration.operations if isinstance(operation, CreateModel)}
        for operation in migration.operations if label in own else ():
            if isinstance(operation, AddField) and operation.model_name.lower() not in made:
                yield label, operation.model_name.lower(), operation.name


def test_a_new_column_has_a_value_for_rows_of_the_version_before():
    wrong = [(label, model, name) for label, model, name in added() if refuses(apps.get_model(label, model), name)]

    assert set(wrong) == BEFORE


def refuses(model, name):
    """Say whether the database takes no row that does not name the column."""
    known = {field.name: field for field in model._meta.get_fields()}
    field = known.get(name)
    return (
        field is not None
        and field.concrete
        and not field.many_to_many
        and not field.null
        and field.db_default is NOT_PROVIDED
    )
