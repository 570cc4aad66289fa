from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from monitoring.backups import folder, schedule, services
from monitoring.backups.faults import FAILURES, words_of
from monitoring.backups.progress import to_terminal
from workflow.actor import Actor, Channel
from workflow.models import Conflict


class Command(BaseCommand):
    help = "Make a verified backup of the database and of all files, now and in this process."

    def handle(self, *args, **options):
        try:
            by = Actor(User.objects.system(), Channel.COMMAND)
            schedule.attempt(schedule.take_stock, timezone.now())
            backup = services.make_now(by=by, report=to_terminal())
        except Conflict as error:
            raise CommandError(str(error)) from error
        except FAILURES as error:
            raise CommandError(words_of(error)) from error
        self.stdout.write(f"{folder.path_of(backup.name or '')}  {backup.size:,} bytes  SHA-256 {backup.sha256}")
        if backup.lost:
            self.stderr.write(f"{backup.lost} files are named by a row but their bytes are gone or changed.")
