"""PostgreSQL itself refuses overlapping duties. SQLite has one writer at a time: there the service's look suffices."""

from django.db import migrations

NAMES = {"duty_shifts_do_not_overlap": "IS NULL", "duty_substitutions_do_not_overlap": "IS NOT NULL"}


def refuse_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, originals in NAMES.items():
            schema_editor.execute(
                f"ALTER TABLE incidents_duty ADD CONSTRAINT {name} EXCLUDE USING gist "
                f"(tstzrange(start, finish) WITH &&) WHERE (original_id {originals} AND deleted_at IS NULL)"
            )


def allow_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(f"ALTER TABLE incidents_duty DROP CONSTRAINT {name}")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_oncall")]

    operations = [migrations.RunPython(refuse_overlaps, allow_overlaps)]
