"""What can be told. Every app lists its kinds of messages in its `notifications.py` and registers them at the start."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# The bell needs no delivery; every other channel is an entry of `channels.CHANNELS`.
APP, EMAIL, TELEGRAM = "app", "email", "telegram"
TITLE_LIMIT = 200
type Words = str | Promise
WAYS: dict[str, Words] = {EMAIL: _("e-mail"), TELEGRAM: "Telegram"}


class Text(NamedTuple):
    title: str
    body: str


@dataclass(frozen=True)
class Kind:
    """One kind of message: its words, and how it may travel unless the recipient prefers otherwise.

    `title` and `body` are translatable, with `%(name)s` for what the context gives. `critical` ones (somebody must
    act now) and `required` ones (letters people wait for, warnings about their account) can be neither switched off
    nor put off by quiet hours. `group` ones become a summary when many come at once. The body of a `private` one (a
    link that opens something) is wiped once it is sent. `shown_to` says in whose preferences it stands. A `live` one
    is told to a chat by one message about its subject, which is edited from then on.
    """

    name: str
    label: Words
    title: Words
    body: Words = ""
    channels: frozenset[str] = frozenset({APP})
    critical: bool = False
    required: bool = False
    group: bool = True
    private: bool = False
    live: bool = False
    shown_to: Callable[[Any], bool] = field(default=lambda user: True)
    example: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.private and APP in self.channels:
            raise ValueError(f"{self.name}: what is private is sent, never kept for the bell")

    @property
    def is_fixed(self) -> bool:
        return self.critical or self.required

    @property
    def ways(self) -> frozenset[str]:
        """By which channels it comes unless the reader says otherwise: what the bell shows, Telegram tells too."""
        return self.channels | {TELEGRAM} if APP in self.channels else self.channels

    @property
    def has_fallback(self) -> bool:
        """The letter goes only where Telegram has not reached the reader in time."""
        return self.critical and {TELEGRAM, EMAIL} <= self.ways

    def text(self, context: Mapping[str, Any]) -> Text:
        """Return the words in the active language, times in the active zone."""
        values = {name: shown(value) for name, value in context.items()}
        title, body = str(self.title) % values, str(self.body) % values
        lines = [line.rstrip() for line in body.strip().splitlines()]
        return Text(Truncator(" ".join(title.split())).chars(TITLE_LIMIT), "\n".join(lines))


def shown(value: Any) -> str:
    return stamp(value) if isinstance(value, datetime) else str(value)


def stamp(moment: datetime) -> str:
    """Return a time in the active zone and language, with the zone's name: 23.07.2026 18:45 MSK."""
    local = timezone.localtime(moment)
    day = date_format(local, "d.m.Y" if get_language() == "ru" else "j M Y")
    return f"{day} {local:%H:%M} {local.tzname()}"


class Section(NamedTuple):
    """Under which heading kinds stand in the settings; the headings come in their order."""

    order: int
    label: Words


SYSTEM = Section(99, _("System and account"))
_kinds: dict[str, Kind] = {}
_sections: dict[str, Section] = {}


def register(*kinds: Kind, section: Section = SYSTEM) -> None:
    """Make kinds known; called in `AppConfig.ready()` of the app that sends them."""
    _kinds.update({kind.name: kind for kind in kinds})
    _sections.update({kind.name: section for kind in kinds})


def section_of(kind: Kind) -> Section:
    return _sections.get(kind.name, SYSTEM)


def all_kinds() -> Iterator[Kind]:
    yield from _kinds.values()


def is_live(name: str) -> bool:
    kind = _kinds.get(name)
    return kind is not None and kind.live


def kinds_for(user: Any) -> list[Kind]:
    """Return the kinds that may ever reach this person, in the order of their registration."""
    return [kind for kind in all_kinds() if kind.shown_to(user)]


def label_of(name: str) -> str:
    """Return the words for a kind; a kind that no app sends any more is called by its name."""
    kind = _kinds.get(name)
    return str(kind.label) if kind else name
