"""Telling people: `notify` leaves notices in the outbox with the change they announce, `deliver_due` sends them."""

from notifications.services.delivering import deliver_due, retry, retry_all, send_test
from notifications.services.preferring import KindPreference, preferences_of, set_preferences
from notifications.services.reading import read, read_all
from notifications.services.telling import Outsider, Reader, notify

__all__ = [
    "KindPreference",
    "Outsider",
    "Reader",
    "deliver_due",
    "notify",
    "preferences_of",
    "read",
    "read_all",
    "retry",
    "retry_all",
    "send_test",
    "set_preferences",
]
