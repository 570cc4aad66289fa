from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from suspensions import importing
from workflow.actor import Actor, Channel


class Command(BaseCommand):
    help = "Judge an old downtime journal in CSV or XLSX and, when asked, write its rows as drafts."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--as", dest="username", required=True, help="in whose name: a manager's or administrator's"
        )
        parser.add_argument("--commit", action="store_true", help="write the drafts; else nothing is written")
        parser.add_argument("--skip-bad", action="store_true", help="write although some rows are wrong, without those")

    def handle(self, *args, file, username, commit, skip_bad, **options):
        user = User.objects.active().filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no active person called {username}.")
        by = Actor(user, Channel.COMMAND)
        try:
            with file.open("rb") as stored:
                report = importing.judge(stored, by=by)
            self.tell(report)
            drafts = importing.write(report, by=by, skip_bad=skip_bad) if commit else []
        except (ValidationError, PermissionDenied) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        self.stdout.write(f"{len(drafts)} drafts written" if commit else "Nothing is written without --commit.")

    def tell(self, report):
        for fault in report.faults:
            self.stderr.write(": ".join(filter(None, [f"row {fault.row}", fault.column, fault.text])))
        for doubt in report.doubts:
            self.stderr.write(f"row {doubt.row}: {doubt.column}: {doubt.text} Is that so?")
        self.stdout.write(f"{len(report.good)} good rows, {report.bad_rows} bad, times in {report.zone}")
