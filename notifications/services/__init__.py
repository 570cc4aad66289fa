"""Telling people: `notify` leaves notices in the outbox with the change they announce, `deliver_due` sends them."""

from notifications.services.chats import FIELDS as CHAT_FIELDS
from notifications.services.chats import (
    add_chat,
    edit_chat,
    forget_chat,
    from_environment,
    on_call,
    remember_chat,
    try_chat,
)
from notifications.services.delivering import deliver_due, deliver_telegram, retry, retry_all, send_test
from notifications.services.preferring import KindPreference, channel_names, preferences_of, set_preferences
from notifications.services.reading import read, read_all
from notifications.services.telling import Outsider, Reader, notify

__all__ = [
    "CHAT_FIELDS",
    "KindPreference",
    "Outsider",
    "Reader",
    "add_chat",
    "channel_names",
    "deliver_due",
    "deliver_telegram",
    "edit_chat",
    "forget_chat",
    "from_environment",
    "notify",
    "on_call",
    "preferences_of",
    "read",
    "read_all",
    "remember_chat",
    "retry",
    "retry_all",
    "send_test",
    "set_preferences",
    "try_chat",
]
