"""The index of the timeline begins with the subject's type: one of its own is written with every event for nothing."""

import django.db.models.deletion
from django.db import migrations, models

from workflow.indexes import DropForeignKeyIndexes


class Migration(migrations.Migration):
    dependencies = [("contenttypes", "0002_remove_content_type_name"), ("workflow", "0003_search")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[DropForeignKeyIndexes("Event", ["subject_type"])],
            state_operations=[
                migrations.AlterField(
                    "event",
                    "subject_type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
            ],
        ),
    ]
