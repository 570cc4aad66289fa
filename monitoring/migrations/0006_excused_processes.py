from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0005_weekly_windows"),
        ("suspensions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="outage",
            name="excused",
            field=models.ManyToManyField(
                related_name="+", to="suspensions.techprocess", verbose_name="excused by planned work"
            ),
        ),
    ]
