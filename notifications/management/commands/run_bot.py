import signal
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from notifications.channels.message import link_to
from notifications.dispatch import polling
from notifications.telegram.client import ApiError, Unreachable


class Command(BaseCommand):
    help = "Listen to the Telegram bot. With BOT_WEBHOOK_MODE, tell Telegram whom to call instead, and end."

    def handle(self, *args, **options):
        if not settings.TELEGRAM_BOT_TOKEN:
            self.stdout.write("TELEGRAM_BOT_TOKEN is not set: there is no bot to run.")
            return
        if settings.BOT_WEBHOOK_MODE:
            self.register()
            return
        signal.signal(signal.SIGTERM, lambda *told: sys.exit(0))
        self.stdout.write("The bot listens. Ctrl-C stops it.")
        polling.Listener().run()

    def register(self):
        url = link_to(reverse("notifications-webhook"))
        if not url.startswith("https://"):
            raise CommandError("A webhook needs APPLICATION_URL with https://, so that Telegram can call it.")
        try:
            me = polling.set_webhook(url)
        except (ApiError, Unreachable) as error:
            raise CommandError(f"Telegram did not take the webhook: {error}") from error
        self.stdout.write(f"Telegram calls {url} for @{me.get('username', '')}.")
