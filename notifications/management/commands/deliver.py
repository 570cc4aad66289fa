import time

from django.core.management.base import BaseCommand

from notifications import services

PAUSE = 5  # seconds


class Command(BaseCommand):
    help = "Send what waits in the outbox, without Celery."

    def add_arguments(self, parser):
        parser.add_argument("--watch", action="store_true", help="go on doing so until stopped")

    def handle(self, *args, watch, **options):
        sent = services.deliver_due()
        while watch:
            time.sleep(PAUSE)
            sent = services.deliver_due()
        self.stdout.write(f"{sent} sent")
