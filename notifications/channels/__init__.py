"""The ways out of the house. A channel knows nothing of rows or retries: it carries a Message or says why not."""

from notifications.channels.email import EmailChannel
from notifications.channels.message import Channel, ChannelDown, Failed, Line, Message, Refused, Undelivered

__all__ = ["CHANNELS", "Channel", "ChannelDown", "Failed", "Line", "Message", "Refused", "Undelivered"]

# Name -> maker: each run gets its own, with its own connection.
CHANNELS: dict[str, type[Channel]] = {EmailChannel.name: EmailChannel}
