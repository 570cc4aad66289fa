from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from config.takeout.archive import leave
from workflow.actor import Actor, Channel


class Command(BaseCommand):
    help = "Write everything that the journal holds into a ZIP: registers, tables and files."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file, **options):
        part = file.with_name(f".{file.name}.part")
        try:
            with part.open("xb") as target:
                for piece in leave(by=Actor(User.objects.system(), Channel.COMMAND)):
                    target.write(piece)
            part.replace(file)
        except FileExistsError as error:
            raise CommandError(f"{part} is there already: another takeout runs, or one was broken off.") from error
        except OSError as error:
            part.unlink(missing_ok=True)
            raise CommandError(f"{file} cannot be written: {error.strerror}") from error
        self.stdout.write(f"{file} {file.stat().st_size:,} bytes")
