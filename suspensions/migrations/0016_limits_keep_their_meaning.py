from django.db import migrations
from django.db.models import Q


def by_the_minutes(apps, schema_editor):
    """Limits that were approved with minutes and a share meant the minutes: a report beyond the share is a new choice."""
    limits = apps.get_model("suspensions", "ProcessLimit").objects
    limits.filter(~Q(case_minutes=None), ~Q(degradation_share=None)).update(share_reported=False)


class Migration(migrations.Migration):
    dependencies = [("suspensions", "0015_default_of_share_reported")]

    operations = [migrations.RunPython(by_the_minutes, migrations.RunPython.noop)]
