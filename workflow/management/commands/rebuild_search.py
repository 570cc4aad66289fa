from django.core.management.base import BaseCommand

from workflow.search.index import rebuild
from workflow.search.nouns import registered


class Command(BaseCommand):
    help = "Index the texts of all nouns anew, or of those named. Search goes on meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("nouns", nargs="*", metavar="noun", help=", ".join(registered) or "all")

    def handle(self, *, nouns, **options):
        if unknown := set(nouns) - set(registered):
            raise SystemExit(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(registered)}.")
        for name in nouns or registered:
            done = 0
            for done, last in rebuild(registered[name]):
                self.stdout.write(f"\r{name}: {100 * done // last} %", ending="")
                self.stdout.flush()
            self.stdout.write(f"\r{name}: done" if done else f"{name}: nothing to index")
