"""Write down what the environment says of the organisation; from now on the row wins."""

from django.conf import settings
from django.db import migrations


def write_down(apps, schema_editor):
    calendar = apps.get_model("accounts", "WorkingCalendar").objects.create()
    apps.get_model("accounts", "Organisation").objects.create(
        pk=1, name=settings.ORGANISATION_NAME, time_zone=settings.TIME_ZONE, calendar=calendar
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_organisation")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop, elidable=False)]
