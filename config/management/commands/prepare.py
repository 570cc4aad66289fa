from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.prepare import prepare, prepare_files


class Command(BaseCommand):
    help = "Bring database, translations and static files up to date; print the first administrator's password once."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--files", action="store_true", help="Only translations and static files, as for an image.")

    def handle(self, *args: Any, files: bool, **options: Any) -> None:
        if files:
            prepare_files()
        elif password := prepare():
            self.stdout.write(f"Sign in as admin with the password {password} (shown only this once).")
