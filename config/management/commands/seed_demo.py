from typing import Any

from django.core.management.base import BaseCommand

from config import demo
from config.prepare import prepare


class Command(BaseCommand):
    help = "Fill an empty data folder with a realistic organisation; `make demo` starts the product on one of its own."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        prepare()
        password = demo.seed()
        names = ", ".join(name for name, *_rest in demo.PEOPLE)
        self.stdout.write(f"Demo: sign in as {names}, all with the password {password}.")
