from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError

from accounts.models import User
from suspensions import services
from workflow.actor import Actor, Channel


class Command(BaseCommand):
    help = "Add the processes and risk sources of TECH_PROCESS and RISK_SOURCE that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = services.sync_dictionaries(by=Actor(User.objects.system(), Channel.COMMAND))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{made} added.")
