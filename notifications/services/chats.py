"""The chats in Telegram that the bot writes to, as administrators keep them."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import Chat, Place
from notifications.notifications import CHAT_TEST
from notifications.services.telling import Outsider, notify
from workflow.actor import Actor
from workflow.models import Event
from workflow.refusals import invalid

FIELDS = ("title", "thread", "language", "on_call", "accepts_reports")


def on_call() -> list[Outsider]:
    """Return the chats that are told what happens; none without a bot. One query."""
    if not settings.TELEGRAM_BOT_TOKEN:
        return []
    return [Outsider.chat(chat) for chat in Chat.objects.on_call()]


@transaction.atomic
def add_chat(*, by: Actor, telegram_id: int, note: str = "", **fields: Any) -> Chat:
    """Make a chat known before anybody has spoken there. Raises ValidationError."""
    if telegram_id in {0, None} or not -(2**52) < telegram_id < 2**52:
        raise invalid("telegram_id", _("This is no chat id."))
    if Chat.objects.filter(telegram_id=telegram_id).exists():
        raise invalid("telegram_id", _("This chat is known already."), "unique")
    kind = Chat.Kind.PRIVATE if telegram_id > 0 else Chat.Kind.GROUP
    chat = Chat(telegram_id=telegram_id, kind=kind, **fields)
    chat.full_clean()
    chat.save(force_insert=True)
    Event.record(chat, by=by, verb="add-chat", after={"chat": str(chat)}, note=note)
    return chat


def edit_chat(chat: Chat, *, by: Actor, version: int | None = None, note: str = "", **fields: Any) -> None:
    """Say what a chat is told and what it may ask."""
    chat.change(verb="edit", by=by, version=version, note=note, **fields)


def forget_chat(chat: Chat, *, by: Actor, note: str) -> None:
    """Write there no more, for a reason."""
    chat.hide(by=by, note=note)


def remember_chat(chat: Chat, *, by: Actor, note: str = "") -> None:
    chat.unhide(by=by, note=note)


@transaction.atomic
def try_chat(chat: Chat, *, by: Actor, note: str = "") -> None:
    """Send a test there, a closed chat included: perhaps the bot is let in again."""
    chat.expect_present()
    chat.reopen()
    Event.record(chat, by=by, verb="test-chat", note=note)
    notify([Outsider.chat(chat)], kind=CHAT_TEST, context={"who": by.label}, by=None)


def from_environment() -> None:
    """Make the chat of TELEGRAM_LOGGING_CHAT an on-call chat, once: from then on its row decides."""
    if settings.TELEGRAM_BOT_TOKEN and settings.TELEGRAM_LOGGING_CHAT:
        place = Place.parse(settings.TELEGRAM_LOGGING_CHAT)
        kind = Chat.Kind.PRIVATE if place.chat > 0 else Chat.Kind.GROUP
        Chat.objects.get_or_create(
            telegram_id=place.chat, defaults={"kind": kind, "thread": place.thread, "on_call": True}
        )
