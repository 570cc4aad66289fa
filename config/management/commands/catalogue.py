from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import catalogue


class Command(BaseCommand):
    help = "Collect the texts of the product into the Russian catalogue, check that it is complete, or compile it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--update", action="store_true", help="collect new texts, drop gone ones")
        what.add_argument("--check", action="store_true", help="fail unless every text is translated")
        what.add_argument("--compile", action="store_true", help="write the compiled catalogue")

    def handle(self, **options: Any) -> None:
        if options["update"]:
            self.stdout.write(f"{catalogue.update()} texts wait for a translation.")
        elif options["compile"]:
            catalogue.compile_catalogue()
        elif found := catalogue.problems():
            raise CommandError("\n".join(found))
