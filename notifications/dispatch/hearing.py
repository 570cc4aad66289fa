"""How far the bot has heard people: what they write while it stands still waits at Telegram, for a day at most."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from notifications.models import BotState, BotUpdate
from notifications.models.bot import ONLY

KEPT_BY_TELEGRAM = timedelta(days=1)


def written_at(update: BotUpdate) -> datetime:
    """Return when a message was written, as Telegram says; when it came in, where it says nothing that can be."""
    told = (update.payload.get("message") or {}).get("date")
    if not isinstance(told, int):
        return update.received_at
    try:
        moment = datetime.fromtimestamp(told, UTC)
    except (OverflowError, OSError, ValueError):
        return update.received_at
    possible = update.received_at - KEPT_BY_TELEGRAM <= moment <= update.received_at
    return moment if possible else update.received_at


def has_heard(before: datetime) -> bool:
    """Whether nothing that was written before that moment can still come; so it is where no bot has ever listened."""
    heard_at = BotState.current().heard_at
    if not settings.TELEGRAM_BOT_TOKEN or heard_at is None:
        return True
    late: Any = {"payload__message__date__lt": int(before.timestamp())}
    waiting = BotUpdate.objects.filter(state=BotUpdate.State.WAITING, **late)
    return heard_at >= before and not waiting.exists()


def note_heard(at: datetime) -> None:
    """Remember that everything written before `at` has been fetched."""
    BotState.objects.get_or_create(pk=ONLY)
    BotState.objects.filter(pk=ONLY).update(heard_at=at)
