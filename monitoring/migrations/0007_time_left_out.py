import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0006_excused_processes")]

    operations = [
        migrations.AddField(
            model_name="outage",
            name="left_out",
            field=models.DurationField(default=datetime.timedelta, editable=False),
        ),
    ]
