"""Indexes of foreign keys that an index of several columns begins with too, or by which nothing is looked up."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflow.indexes import DropForeignKeyIndexes

NAMES = ["reporter", "assignee", "integration", "acknowledged_by", "resolved_by", "closed_by"]
DONE_BY = {
    "db_index": False,
    "editable": False,
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
}


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0007_told_gaps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[DropForeignKeyIndexes("Incident", NAMES)],
            state_operations=[
                migrations.AlterField(
                    "incident",
                    "reporter",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reported_incidents",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reporter",
                    ),
                ),
                migrations.AlterField(
                    "incident",
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_incidents",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="assignee",
                    ),
                ),
                migrations.AlterField(
                    "incident",
                    "integration",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="incidents.integration",
                        verbose_name="integration",
                    ),
                ),
                *(
                    migrations.AlterField("incident", name, models.ForeignKey(**DONE_BY))
                    for name in ("acknowledged_by", "resolved_by", "closed_by")
                ),
            ],
        ),
    ]
