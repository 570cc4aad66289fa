"""The bot by webhook: Telegram calls, a worker answers."""

from hmac import compare_digest

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from notifications import services
from notifications.dispatch import dispatcher
from notifications.dispatch.hearing import note_heard
from notifications.dispatch.polling import webhook_secret
from notifications.models import BotState, BotUpdate
from notifications.nudge import nudge
from notifications.telegram.client import BotApi

BODY_LIMIT = 1024 * 1024  # bytes; what Telegram sends is far smaller


def is_genuine(secret: str) -> bool:
    """Say whether the caller knows what only Telegram was told; takes as long either way."""
    known = bool(settings.TELEGRAM_BOT_TOKEN)
    return compare_digest(secret.encode(errors="replace"), webhook_secret().encode()) and known


def take(update: dict) -> None:
    """Keep an update and wake a worker."""
    if dispatcher.keep(update):
        transaction.on_commit(lambda: nudge("notifications.jobs.hear"), robust=True)


def catch_up() -> None:
    """Learn from Telegram whether something waits there that its calls have not brought yet. Raises Unreachable."""
    if not settings.TELEGRAM_BOT_TOKEN or not settings.BOT_WEBHOOK_MODE:
        return
    asked_at = timezone.now()
    with BotApi() as api:
        if not api.call("getWebhookInfo").get("pending_update_count"):
            note_heard(asked_at)


def work_off() -> int:
    """Answer what waits; whoever listens by long polling does so by itself, in the order in which people wrote."""
    if not settings.TELEGRAM_BOT_TOKEN or BotState.objects.filter(lease_until__gt=timezone.now()).exists():
        return 0
    if not BotUpdate.objects.filter(state=BotUpdate.State.WAITING).exists():
        return 0
    with BotApi() as api:
        handled = dispatcher.work_off(api)
    services.deliver_telegram()
    return handled
