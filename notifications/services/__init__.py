"""Telling people: `notify` leaves notices in the outbox with the change they announce, `deliver_due` sends them."""

from notifications.services.delivering import deliver_due, retry, send_test
from notifications.services.preferring import preferences_of, set_preferences
from notifications.services.reading import read, read_all
from notifications.services.telling import Outsider, notify

__all__ = [
    "Outsider",
    "deliver_due",
    "notify",
    "preferences_of",
    "read",
    "read_all",
    "retry",
    "send_test",
    "set_preferences",
]
