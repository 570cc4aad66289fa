"""Open work of a person, as the apps above describe it. Filled in their `AppConfig.ready()`."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet

from accounts.models import User


@dataclass(frozen=True)
class OpenWork:
    """One kind of work: what of it is open, the field that names whose it is, and the verb that gives it away.

    `reassign(subject, by=, to=, note=)` raises PermissionDenied, ValidationError or Conflict when it may not be.
    """

    noun: str
    label: Any
    open: Callable[[], QuerySet[Any]]
    field: str
    reassign: Callable[..., None]

    def of(self, person: User) -> QuerySet[Any]:
        return self.open().filter(**{self.field: person})


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


def left_behind() -> dict[User, int]:
    """Return who has left with open work, and how much: a query per noun and one for the people."""
    counts: Counter[int] = Counter()
    for work in registered.values():
        gone = work.open().filter(**{f"{work.field}__is_active": False}).order_by()
        counts.update(dict(gone.values_list(work.field).annotate(Count("pk"))))
    people = User.objects.people().in_bulk(list(counts))
    return {people[pk]: number for pk, number in counts.items() if pk in people}
