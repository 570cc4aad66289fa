import time

from django.core.management.base import BaseCommand

from notifications import services


class Command(BaseCommand):
    help = "Send what waits in the outbox, without Celery."

    def add_arguments(self, parser):
        parser.add_argument("--watch", action="store_true", help="go on doing so until stopped")
        parser.add_argument("--pause", type=float, default=5, help="seconds between two looks, 5 unless told")

    def handle(self, *args, watch, pause, **options):
        sent = services.deliver_due()
        while watch:
            time.sleep(pause)
            sent = services.deliver_due()
        self.stdout.write(f"{sent} sent")
