"""How fast Telegram lets a bot write: a message a second in a chat, twenty a minute in a group.

What was written stands in the chat's row, so that all processes together keep the pace.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from notifications.models import Chat, Place

SECOND, MINUTE = 1.0, 60.0
IN_A_GROUP = 20  # a minute


def take_turn(place: Place, at: datetime) -> datetime | None:
    """Take a turn to write at `at` and return None; or return when the next one is free."""
    Chat.objects.at(place)
    with transaction.atomic():
        chat = Chat.objects.select_for_update(of=("self",)).get(telegram_id=place.chat)
        if later := next_turn(chat, at):
            return later
        written = [moment for moment in chat.recent if moment > at.timestamp() - MINUTE]
        Chat.objects.filter(pk=chat.pk).update(recent=[*written[-IN_A_GROUP:], at.timestamp()])
    return None


def rest(place: Place, until: datetime) -> None:
    """Leave a chat alone until then: Telegram asked for it."""
    Chat.objects.filter(telegram_id=place.chat).update(rest_until=until)


def next_turn(chat: Chat, at: datetime) -> datetime | None:
    """Return when this chat may be written to again, None for now."""
    free = [chat.rest_until] if chat.rest_until else []
    if chat.recent:
        free.append(moment(chat.recent[-1] + SECOND))
    if chat.is_group and len(chat.recent) >= IN_A_GROUP:
        free.append(moment(chat.recent[-IN_A_GROUP] + MINUTE))
    latest = max(free, default=at)
    return latest if latest > at else None


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
