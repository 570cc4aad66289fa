"""Open work of a person, as the apps above describe it. Filled in their `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from accounts.models import User


@dataclass(frozen=True)
class OpenWork:
    """One kind of work: which objects a person has open, and the verb that gives one of them to somebody else.

    `reassign(subject, by=, to=, note=)` raises PermissionDenied, ValidationError or Conflict when it may not be.
    """

    noun: str
    label: Any
    of: Callable[[User], QuerySet[Any]]
    reassign: Callable[..., None]


registered: dict[str, OpenWork] = {}


def register(work: OpenWork) -> None:
    registered[work.noun] = work


def open_work(person: User) -> dict[str, list[Model]]:
    """Return the open objects of a person by noun, nouns without any left out."""
    found = {noun: list(work.of(person)) for noun, work in registered.items()}
    return {noun: subjects for noun, subjects in found.items() if subjects}


def count(person: User) -> dict[str, int]:
    """Return how many objects a person has open, by noun."""
    counts = {noun: work.of(person).count() for noun, work in registered.items()}
    return {noun: number for noun, number in counts.items() if number}
