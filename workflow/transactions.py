"""A transaction that joins the one it is called in."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def joined() -> Iterator[None]:
    """Be one transaction with the caller's, without a savepoint of one's own; begin one where there is none.

    For work that refuses before it writes: there a savepoint guards nothing and costs two trips to the database.
    """
    if connection.in_atomic_block:
        yield
    else:
        with transaction.atomic():
            yield
