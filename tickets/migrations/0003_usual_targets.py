from django.db import migrations

# Minutes of working time until the first response and until the resolution; a day has nine hours.
USUAL = {"critical": (30, 240), "high": (60, 540), "medium": (240, 1080), "low": (540, 2700)}


def promise(apps, schema_editor):
    targets = apps.get_model("tickets", "SlaTarget").objects
    known = set(targets.values_list("priority", flat=True))
    for priority, (response, resolution) in USUAL.items():
        if priority not in known:
            targets.create(priority=priority, response_minutes=response, resolution_minutes=resolution)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_promises")]

    operations = [migrations.RunPython(promise, migrations.RunPython.noop)]
