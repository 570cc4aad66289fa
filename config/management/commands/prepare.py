from typing import Any

from django.core.management.base import BaseCommand

from config.prepare import prepare


class Command(BaseCommand):
    help = "Bring database, translations and static files up to date; print the first administrator's password once."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        password = prepare()
        if password:
            self.stdout.write(f"Sign in as admin with the password {password} (shown only this once).")
