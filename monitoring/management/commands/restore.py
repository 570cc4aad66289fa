from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from monitoring.backups import folder, restoring
from monitoring.backups.faults import FAILURES, words_of
from monitoring.backups.progress import to_terminal

WORD = "replace"


class Command(BaseCommand):
    help = "Bring database and files back from a backup. Stop the product first."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=folder.located, help="path, or name of one in DB_BACKUP_DIR")
        parser.add_argument("--noinput", "--no-input", action="store_true", help="ask nothing")
        parser.add_argument("--replace", action="store_true", help="replace a database that is not empty, unasked")
        parser.add_argument("--identity", type=Path, help="file with the private key, for an encrypted backup")

    def handle(self, *args, file, noinput, replace, identity, **options):
        def may_replace(manifest):
            if replace or noinput:
                return replace
            self.stderr.write("\nThe database is not empty: all that is in it is lost for good.")
            return input(f"Type “{WORD}” to replace it by the backup as of {manifest.created_at}: ").strip() == WORD

        try:
            report = to_terminal()
            done = restoring.restore(file, key=identity, report=report, may_replace=may_replace)
        except EOFError as error:
            raise CommandError(f"{file}: nobody answered. Nothing was changed.") from error
        except FAILURES as error:
            raise CommandError(f"{file}: {words_of(error)}") from error
        self.tell(done)

    def tell(self, done):
        what = done.manifest
        self.stdout.write(f"Restored as of {what.created_at}, in {done.seconds:.0f} s:")
        self.stdout.write(f"  {what.rows:,} rows in {len(what.tables)} tables, {done.files:,} files")
        if done.files_there:
            self.stdout.write(f"  {done.files_there:,} of the files were in their place already")
        if what.files > done.files:
            self.stdout.write(f"  {what.files - done.files:,} files were gone when the backup was made")
        if done.migrated:
            self.stdout.write(f"  migrated forward: {', '.join(done.migrated)}")
        if not done.same_key:
            self.stdout.write(
                "  SECRET_KEY is not the one of then: people sign in again, and second factors are set up anew."
                " Put the old one back to avoid that."
            )
