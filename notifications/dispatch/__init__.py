"""What people say to the bot: understood, handed to the app that knows what to do, and answered."""

from notifications.dispatch.calls import Call
from notifications.dispatch.registry import (
    Command,
    Ear,
    add_command,
    answer_buttons,
    answer_replies,
    ask,
    complete_albums,
    hear,
    listen_first,
    on_question,
    on_start,
    welcome_by,
)

__all__ = [
    "Call",
    "Command",
    "Ear",
    "add_command",
    "answer_buttons",
    "answer_replies",
    "ask",
    "complete_albums",
    "hear",
    "listen_first",
    "on_question",
    "on_start",
    "welcome_by",
]
