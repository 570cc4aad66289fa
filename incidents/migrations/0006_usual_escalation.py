"""The chain that counts until managers write their own."""

from django.db import migrations

STEPS = [{"after": 10, "whom": "next"}, {"after": 10, "whom": "managers"}, {"after": 10, "whom": "chat"}]


def write(apps, schema_editor):
    apps.get_model("incidents", "EscalationPolicy").objects.create(severity="high", steps=STEPS, repeats=3)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_duties_do_not_overlap")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
