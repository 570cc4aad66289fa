from typing import Any

from django.core.management.base import BaseCommand

from config import running
from config.prepare import make_folders, prepare


class Command(BaseCommand):
    help = "Start web, worker and beat under one supervisor that restarts what dies; Ctrl-C ends them together."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        make_folders()
        running.refuse_a_second_start()
        left = running.end_leftovers()
        if left:
            self.stdout.write(f"Ended what a killed supervisor had left running: {', '.join(left)}.")
        running.claim_port(patience=3)
        running.empty_broker()
        password = prepare()
        self.welcome(password)
        running.supervise()

    def welcome(self, password: str | None) -> None:
        lines = [f"{name + ':':<17}{where}" for name, where in running.addresses().items() if where]
        if password:
            lines += [f"Sign in as admin with the password {password} (shown only this once)."]
        self.stdout.write(
            "\n".join(["", "Vakhta is starting and answers in a few seconds:", *lines, "Ctrl-C stops it.", ""])
        )
        self.stdout.flush()
