from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from monitoring.backups import folder
from monitoring.backups.faults import FAILURES, words_of
from monitoring.backups.progress import to_terminal
from monitoring.backups.restoring import verify_file


class Command(BaseCommand):
    help = "Read a backup through and compare every byte with what was written; the database is not needed."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=folder.located, help="path, or name of one in DB_BACKUP_DIR")
        parser.add_argument("--identity", type=Path, help="file with the private key, for an encrypted backup")

    def handle(self, *args, file, identity, **options):
        try:
            found = verify_file(file, identity, to_terminal())
        except FAILURES as error:
            raise CommandError(f"{file}: {words_of(error)}") from error
        what = found.manifest
        self.stdout.write(
            f"{file} is sound: {what.engine}, as of {what.created_at}, version {what.application_version},"
            f" {what.rows:,} rows in {len(what.tables)} tables, {found.files:,} of {what.files:,} files"
        )
