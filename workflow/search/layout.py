"""Where the texts of a noun stand in the database: the names that the triggers of both databases are made of."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from workflow.search.nouns import Noun


def column(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Part:
    """A table whose rows belong to an object: `link` is its column with the object's id."""

    table: str
    link: str
    column: str


@dataclass(frozen=True)
class Layout:
    """Table, columns and parts of a noun. Names come from models, so they need no quoting."""

    noun: Noun
    table: str
    title: str
    texts: tuple[str, ...]
    while_null: tuple[str, ...]
    comments: Part | None
    files: Part | None

    @property
    def name(self) -> str:
        return self.noun.name

    @property
    def watched(self) -> tuple[str, ...]:
        """The columns whose change changes what is found."""
        return (self.title, *self.texts, *self.while_null)

    @property
    def parts(self) -> list[Part]:
        return [part for part in (self.comments, self.files) if part]

    @property
    def tables(self) -> set[str]:
        return {self.table, *(part.table for part in self.parts)}

    def found(self, row: str) -> str:
        """Return the condition under which a row is found."""
        return " AND ".join(f"{row}.{name} IS NULL" for name in self.while_null)


def layout(noun: Noun) -> Layout:
    return Layout(
        noun,
        noun.model._meta.db_table,
        column(noun.model, noun.title),
        tuple(column(noun.model, name) for name in noun.texts),
        tuple(column(noun.model, name) for name in noun.while_null),
        part(noun.comments, noun.link, "text"),
        part(noun.files, noun.link, "file"),
    )


def part(model: type[Model] | None, link: str, name: str) -> Part | None:
    return Part(model._meta.db_table, column(model, link), column(model, name)) if model else None


def internal(noun: Noun, comment: str) -> dict[str, Any]:
    """Return the conditions on comments: for all readers, and for those who read what is internal."""
    return {
        "open": f"NOT {comment}.internal" if noun.has_internal else "TRUE",
        "closed": f"{comment}.internal" if noun.has_internal else "FALSE",
    }
