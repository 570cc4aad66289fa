from django.db import migrations
from django.db.models import Min


def keep_the_first(apps, schema_editor):
    """A case that moved to another process was warned of twice: it keeps its first warnings."""
    warnings = apps.get_model('suspensions', 'GivenWarning').objects.exclude(scope='year').order_by()
    first = warnings.values('scope', 'about', 'stage').annotate(first=Min('pk')).values_list('first', flat=True)
    warnings.exclude(pk__in=list(first)).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('suspensions', '0007_risk_reminders'),
    ]

    operations = [
        migrations.RunPython(keep_the_first, migrations.RunPython.noop),
    ]
