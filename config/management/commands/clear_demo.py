from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import demo, running


class Command(BaseCommand):
    help = "Remove the demo with its whole data folder; an installation that is none is left alone."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if running.running("supervisord"):
            raise CommandError("The demo runs. Stop it first.")
        demo.clear()
        self.stdout.write("The demo is gone.")
