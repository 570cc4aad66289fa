from django.core.management.base import BaseCommand, CommandError

from monitoring.backups import copying
from monitoring.backups.faults import FAILURES, words_of
from monitoring.backups.progress import to_terminal


class Command(BaseCommand):
    help = "Bring a backup back from the other storage (BACKUP_S3_BUCKET); without a name: list what is there."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="?", help="as it is listed")

    def handle(self, *args, name, **options):
        try:
            if name:
                self.stdout.write(str(copying.fetch(name, to_terminal())))
            else:
                self.tell(copying.archives_there())
        except FAILURES as error:
            raise CommandError(words_of(error)) from error

    def tell(self, there):
        for name, size in sorted(there.items()):
            self.stdout.write(f"{name}  {size:,} bytes")
        if not there:
            self.stdout.write("There is none.")
