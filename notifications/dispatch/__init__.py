"""What people say to the bot: understood, handed to the app that knows what to do, and answered."""

from notifications.dispatch.calls import Call
from notifications.dispatch.registry import (
    Command,
    add_command,
    answer_buttons,
    answer_replies,
    ask,
    complete_albums,
    hear,
    on_question,
)

__all__ = [
    "Call",
    "Command",
    "add_command",
    "answer_buttons",
    "answer_replies",
    "ask",
    "complete_albums",
    "hear",
    "on_question",
]
