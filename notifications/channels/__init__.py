"""The ways out of the house. A channel carries a Message or says why not; it knows nothing of retries."""

from notifications.channels.email import EmailChannel
from notifications.channels.message import Channel, ChannelDown, Closed, Failed, Line, Message, Refused, Undelivered
from notifications.channels.telegram import TelegramChannel

__all__ = ["CHANNELS", "Channel", "ChannelDown", "Closed", "Failed", "Line", "Message", "Refused", "Undelivered"]

# Name -> maker: each run gets its own, with its own connection.
CHANNELS: dict[str, type[Channel]] = {EmailChannel.name: EmailChannel, TelegramChannel.name: TelegramChannel}


def offered() -> dict[str, type[Channel]]:
    """Return the ways that this installation speaks of; Telegram only where a bot is set up or was."""
    return {name: make for name, make in CHANNELS.items() if make().is_offered()}
