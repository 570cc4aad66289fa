import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from config.doctor import ILL, examine


class Command(BaseCommand):
    help = (
        "Examine this installation: a line for each finding and what to do about it. Ends with 1 if something is ill."
    )
    requires_system_checks: list[str] = []

    @translation.override("en")
    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for finding in examine():
            faults += finding.state == ILL
            self.stdout.write(str(finding))
        self.stdout.write(f"{faults} to mend." if faults else "Nothing to mend.")
        if faults:
            sys.exit(1)
