"""What a channel carries, and the ways in which it may fail."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise

from notifications.kinds import stamp


@dataclass(frozen=True)
class Line:
    """One notice in a message."""

    title: str
    body: str
    url: str  # a path of this product, or empty
    kind: str
    at: datetime

    @property
    def link(self) -> str:
        return link_to(self.url)

    @property
    def stamp(self) -> str:
        return stamp(self.at)


def link_to(path: str) -> str:
    """Return the full address of a page; empty when nobody said under which one the product is reached."""
    return f"{settings.APPLICATION_URL.rstrip('/')}{path}" if settings.APPLICATION_URL and path else ""


@dataclass(frozen=True)
class Message:
    """What goes out in one piece: a notice, or the summary of many, in the reader's language and zone."""

    id: UUID  # a repeat after a lost answer carries the same
    to: str
    lines: Sequence[Line]
    language: str
    time_zone: str
    critical: bool
    delay: timedelta | None
    digest: bool  # held back over quiet hours
    about: tuple[int, int] | None = None  # content type and id of its subject; None for a summary
    reader: Any = None  # the person, None for a place
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def short_id(self) -> str:
        return self.id.hex[:8]

    @property
    def is_summary(self) -> bool:
        return len(self.lines) > 1

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Activate the reader's language and zone."""
        with translation.override(self.language), timezone.override(ZoneInfo(self.time_zone)):
            yield


class Undelivered(Exception):
    """Why a message did not go out, for administrators to read; `wait` is what the other side asked for, if it did."""

    def __init__(self, reason: str, wait: timedelta | None = None):
        super().__init__(reason)
        self.wait = wait


class Refused(Undelivered):
    """The other side will never take this message: stop."""


class Closed(Refused):
    """This reader or place lets us write no more, until they speak to us again."""


class Failed(Undelivered):
    """This message did not go through now: try it again later, others meanwhile."""


class ChannelDown(Undelivered):
    """No message can go through now: let the channel rest."""


class Channel(Protocol):
    """A way out. `open` before the first message of a run, `close` after the last one, whatever happened."""

    name: str
    label: str | Promise
    summary_limit: int  # notices in one message
    pause: float  # seconds a run waits for what is put off that shortly; 0 for channels that put nothing off

    def is_offered(self) -> bool:
        """Say whether people are asked if they want it at all."""

    def problem(self) -> str:
        """Say why it cannot be used on this installation at all, empty when it can."""

    def address_of(self, user: Any) -> str:
        """Return where this person is reached, empty when nowhere."""

    def open(self) -> None:
        """Raises ChannelDown."""

    def send(self, message: Message) -> None:
        """Raises Refused, Failed or ChannelDown."""

    def close(self) -> None: ...
