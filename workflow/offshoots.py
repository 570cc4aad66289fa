"""What can grow out of an object: upper apps register it in `AppConfig.ready()`, the object's pages show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model


@dataclass(frozen=True)
class Offshoot:
    """One kind of thing that grows out of objects of `model`.

    `existing(subject, user)` are those the reader may see, each with its words, status and address;
    `address(subject)` leads to the form that makes another, offered to whom `may(user)` allows it.
    `onward` are the words by which the form that makes a subject offers to go on with this; empty: it does not.
    """

    name: str
    model: type[Model]
    label: Any
    button: Any
    icon: str
    existing: Callable[[Any, Any], Sequence[Any]]
    address: Callable[[Any], str]
    may: Callable[[Any], bool]
    onward: Any = ""


registered: list[Offshoot] = []


def register(*offshoots: Offshoot) -> None:
    registered.extend(offshoots)


def of(model: type[Model]) -> list[Offshoot]:
    found = (offshoot for offshoot in registered if issubclass(model, offshoot.model))
    return sorted(found, key=lambda offshoot: offshoot.name)


def next_steps(model: type[Model], user: Any) -> list[Offshoot]:
    """Return what this person may go on with right after making a `model`."""
    return [offshoot for offshoot in of(model) if offshoot.onward and offshoot.may(user)]


def onward(subject: Any, user: Any, wanted: str) -> str:
    """Return the address of the step named `wanted`, else that of `subject` itself."""
    steps = {step.name: step for step in next_steps(type(subject), user)}
    return steps[wanted].address(subject) if wanted in steps else subject.get_absolute_url()
