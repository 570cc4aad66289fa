"""What can grow out of an object: upper apps register it in `AppConfig.ready()`, the object's card shows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model


@dataclass(frozen=True)
class Offshoot:
    """One kind of thing that grows out of objects of `model`.

    `existing(subject, user)` are those the reader may see, with title, number, status and address;
    `address(subject)` leads to the form that makes another, offered to whom `may(user)` allows it.
    """

    model: type[Model]
    label: Any
    button: Any
    icon: str
    existing: Callable[[Any, Any], Sequence[Any]]
    address: Callable[[Any], str]
    may: Callable[[Any], bool]


registered: list[Offshoot] = []


def register(offshoot: Offshoot) -> None:
    registered.append(offshoot)


def of(subject: Model) -> list[Offshoot]:
    return [offshoot for offshoot in registered if isinstance(subject, offshoot.model)]
