"""Where the texts of a noun stand in the database: the names that the triggers of both databases are made of."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from workflow.search.nouns import Noun


def column(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


@dataclass(frozen=True)
class Part:
    """A table whose rows belong to an object, or to a comment `through` which they belong to it: `link` names which."""

    table: str
    link: str
    column: str
    through: "Part | None" = None

    def owner(self, row: str) -> str:
        """Return the id of the object that a row belongs to."""
        key = f"{row}.{self.link}"
        return f"(SELECT o.{self.through.link} FROM {self.through.table} o WHERE o.id = {key})" if self.through else key  # noqa: S608 - names of our own


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
    comment_files: Part | None

    @property
    def name(self) -> str:
        return self.noun.name

    @property
    def watched(self) -> tuple[str, ...]:
        """The columns whose change changes what is found."""
        return (self.title, *self.texts, *self.while_null)

    @property
    def parts(self) -> dict[str, Part]:
        parts = {"said": self.comments, "filed": self.files, "sent": self.comment_files}
        return {kind: part for kind, part in parts.items() if part}

    @property
    def tables(self) -> set[str]:
        return {self.table, *(part.table for part in self.parts.values())}

    def told_by_comment(self, joined: str) -> str:
        """Return what a comment `c` tells: its text and the names of its files, which `joined` makes one text of."""
        part, files = self.comments, self.comment_files
        if part is None or files is None:
            return f"c.{part.column}" if part else "''"
        names = f"SELECT {joined} FROM {files.table} a JOIN attachments_file f ON f.id = a.{files.column}"  # noqa: S608 - names of our own
        return f"c.{part.column} || coalesce(' ' || ({names} WHERE a.{files.link} = c.id), '')"

    def found(self, row: str) -> str:
        """Return the condition under which a row is found."""
        return " AND ".join(f"{row}.{name} IS NULL" for name in self.while_null)


def layout(noun: Noun) -> Layout:
    comments = part(noun.comments, noun.link, "text")
    return Layout(
        noun,
        noun.model._meta.db_table,
        column(noun.model, noun.title),
        tuple(column(noun.model, name) for name in noun.texts),
        tuple(column(noun.model, name) for name in noun.while_null),
        comments,
        part(noun.files, noun.link, "file"),
        part(noun.comment_files, "comment", "file", comments),
    )


def part(model: type[Model] | None, link: str, name: str, through: Part | None = None) -> Part | None:
    return Part(model._meta.db_table, column(model, link), column(model, name), through) if model else None


def internal(noun: Noun, comment: str) -> dict[str, Any]:
    """Return the conditions on comments: for all readers, and for those who read what is internal."""
    return {
        "open": f"NOT {comment}.internal" if noun.has_internal else "TRUE",
        "closed": f"{comment}.internal" if noun.has_internal else "FALSE",
    }
