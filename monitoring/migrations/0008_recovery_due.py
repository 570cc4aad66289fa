from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0007_time_left_out")]

    operations = [
        migrations.AddField(
            model_name="outage",
            name="recovery_due",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
