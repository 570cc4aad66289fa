"""Words as people search for them: whatever the case, `ё` like `е`, on both databases."""

import sqlite3
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup, TextField

MOST_WORDS, MOST_LETTERS = 16, 200  # more would say nothing more, and cost


def words(text: str) -> list[str]:
    """Return what is to be found, normalised."""
    return fold(text[:MOST_LETTERS]).split()[:MOST_WORDS]


def fold(text: str) -> str:
    return text.lower().replace("ё", "е")


class Mentions(Lookup):
    """`field__mentions="word"`: contains the word. SQLite by itself knows the case of ASCII letters only."""

    lookup_name = "mentions"

    def get_prep_lookup(self) -> str:
        escaped = str(fold(self.rhs)).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"%{escaped}%"

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return self.contains(compiler, connection, "REPLACE(LOWER({}), 'ё', 'е')")

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return self.contains(compiler, connection, "VAKHTA_FOLD({})")

    def contains(self, compiler: Any, connection: BaseDatabaseWrapper, folded: str) -> tuple[str, list[Any]]:
        text, text_params = self.process_lhs(compiler, connection)
        word, word_params = self.process_rhs(compiler, connection)
        return f"{folded.format(text)} LIKE {word} ESCAPE '\\'", [*text_params, *word_params]


def fold_or_null(text: str | None) -> str | None:
    return None if text is None else fold(text)


def install() -> None:
    CharField.register_lookup(Mentions)
    TextField.register_lookup(Mentions)


def teach(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Give a new SQLite connection the function that PostgreSQL has built in."""
    if isinstance(connection.connection, sqlite3.Connection):
        connection.connection.create_function("VAKHTA_FOLD", 1, fold_or_null, deterministic=True)
