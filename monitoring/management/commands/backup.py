from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import User
from monitoring.backups import schedule, services
from monitoring.backups.faults import Fault
from monitoring.backups.progress import to_terminal
from workflow.actor import Actor, Channel
from workflow.models import Conflict


class Command(BaseCommand):
    help = "Make a verified backup of the database and of all files, now and in this process."

    def handle(self, *args, **options):
        try:
            by = Actor(User.objects.system(), Channel.COMMAND)
            schedule.take_stock(timezone.now())
            backup = services.make_now(by=by, report=to_terminal())
        except (Fault, Conflict, DatabaseError, OSError) as error:
            raise CommandError(services.words_of(error)) from error
        self.stdout.write(
            f"{services.folder.path_of(backup.name or '')}  {backup.size:,} bytes  SHA-256 {backup.sha256}"
        )
        if backup.lost:
            self.stderr.write(f"{backup.lost} files are named by a row but their bytes are gone or changed.")
