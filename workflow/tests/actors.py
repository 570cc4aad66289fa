from typing import Any

from workflow.actor import Actor, Channel


def actor_of(user: Any, channel: Channel = Channel.API) -> Actor:
    """The actor that a door would make of `user`."""
    return Actor(user, channel, request_id="test")
