"""A migration that takes away indexes of foreign keys, without copying the table as SQLite would to change a field."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Index


class DropForeignKeyIndexes(Operation):
    """Drops the index that Django made for each of the foreign keys `names`; backwards makes it again."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, names: list[str]):
        self.model_name, self.names = model_name, names

    def describe(self) -> str:
        return f"Drop the indexes of {', '.join(self.names)} on {self.model_name}"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Which fields have an index is said by the operations beside this one."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        editor: Any = schema_editor
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(editor.connection.alias, model):
            kept = {index.name for index in model._meta.indexes}
            for name in self.names:
                column = model._meta.get_field(name).column
                found = editor._constraint_names(model, [column], index=True, type_=Index.suffix, exclude=kept)
                for index in found:
                    editor.execute(editor._delete_index_sql(model, index))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        editor: Any = schema_editor
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(editor.connection.alias, model):
            for name in self.names:
                editor.execute(editor._create_index_sql(model, fields=[model._meta.get_field(name)]))
