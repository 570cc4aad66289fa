"""What full-text search knows: upper apps register their nouns in `AppConfig.ready()`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

BIGGEST = 18  # digits of an id


@dataclass(frozen=True)
class Noun:
    """A kind of object whose texts are indexed, with the comments on it and the names of its files.

    `title` and `texts` are columns of the model itself; `shown_title` is where people read the title, if elsewhere.
    `comments` and `files` are models with a foreign key named `link` to it, `comment_files` one with a foreign key
    `comment`; a comment with `internal` set is for those whom `reads_internal` allows. An object is found while every
    column of `while_null` is empty. `visible` are the rows that a person may see, `sees_all` says that those are all
    that are found. `lookup` turns what somebody typed into the filter of the one object it is the number of, if it is
    one; the numbers of an object's `duplicates` lead to it as well. `code` is the noun's own, and stays.
    """

    name: str
    code: int
    model: type[Model]
    label: Any
    icon: str
    title: str
    visible: Callable[[Any], QuerySet[Any]]
    sees_all: Callable[[Any], bool]
    lookup: Callable[[str], dict[str, Any] | None]
    texts: tuple[str, ...] = ()
    shown_title: str = ""
    number: str = ""
    status: str = "status"
    comments: type[Model] | None = None
    files: type[Model] | None = None
    comment_files: type[Model] | None = None
    link: str = ""
    duplicates: str = ""
    reads_internal: Callable[[Any], bool] = lambda user: False
    while_null: tuple[str, ...] = ("deleted_at",)

    def findable(self, user: Any) -> QuerySet[Any]:
        """What this person may find: what they may see, without what is hidden from everybody."""
        return self.visible(user).filter(**{f"{column}__isnull": True for column in self.while_null})

    def numbered(self, user: Any, text: str) -> list[QuerySet[Any]]:
        """Return what this person may find under that number: the object itself, or the one it goes on in."""
        lookup = self.lookup(text)
        if not lookup:
            return []
        filters = [lookup]
        if self.duplicates:
            filters.append({f"{self.duplicates}__{name}": value for name, value in lookup.items()})
        return [self.findable(user).filter(**one) for one in filters]

    @property
    def has_internal(self) -> bool:
        return self.comments is not None and any(field.name == "internal" for field in self.comments._meta.fields)


@dataclass(frozen=True)
class Person:
    """One of those few whom a name finds: what is shown of them."""

    id: int
    title: str
    details: str
    url: str


@dataclass(frozen=True)
class Directory:
    """A short list that is looked through by parts of names instead of being indexed.

    `find(user, text, most)` returns the first `most` of those that the reader may see.
    """

    name: str
    label: Any
    icon: str
    find: Callable[[Any, str, int], list[Person]]


registered: dict[str, Noun] = {}
directories: dict[str, Directory] = {}


def register(noun: Noun) -> None:
    registered[noun.name] = noun


def register_directory(directory: Directory) -> None:
    directories[directory.name] = directory


def by_id(*prefixes: str) -> Callable[[str], dict[str, Any] | None]:
    """Understand `12`, `#12` and, with a prefix of its own, `INC-12`."""
    form = re.compile(rf"(?:#|(?:{'|'.join(prefixes)})-?)?0*([0-9]{{1,{BIGGEST}}})", re.IGNORECASE)

    def lookup(typed: str) -> dict[str, Any] | None:
        found = form.fullmatch(typed)
        return {"pk": int(found[1])} if found else None

    return lookup


def by_year_number(typed: str) -> dict[str, Any] | None:
    """Understand `2026-0007` and `2026-7`, whatever letters stand before."""
    found = re.fullmatch(r"(?:#|[^\W\d_]{1,4}-)?([0-9]{4})-0*([0-9]{1,7})", typed)
    return {"number": f"{found[1]}-{int(found[2]):04d}"} if found else None


def by_code(typed: str) -> dict[str, Any] | None:
    return {"code__iexact": typed} if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", typed) else None
