"""What people are told, by which channels, and what came of it. Knows people only as AUTH_USER_MODEL."""

from notifications.models.bot import BotState, BotUpdate, Question
from notifications.models.chat import Chat, ChatQuerySet, Place, Post
from notifications.models.delivery import LATE, Attempt, ChannelHealth, Delivery, DeliveryQuerySet
from notifications.models.notice import Notice, NoticeQuerySet
from notifications.models.preference import Preference, QuietHours

__all__ = [
    "LATE",
    "Attempt",
    "BotState",
    "BotUpdate",
    "ChannelHealth",
    "Chat",
    "ChatQuerySet",
    "Delivery",
    "DeliveryQuerySet",
    "Notice",
    "NoticeQuerySet",
    "Place",
    "Post",
    "Preference",
    "Question",
    "QuietHours",
]
