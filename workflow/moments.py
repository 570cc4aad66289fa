"""The database's clock, written by SQLite as Python writes moments.

SQLite compares moments as text: `12:00:00.123` from its own clock counted as less than the same moment as a
parameter, `12:00:00.123000`, so that a row was found before itself.
"""

from typing import Any

from django.db.models.functions import Now

AS_PYTHON_WRITES = "REPLACE(STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f000', 'NOW'), '.000000', '')"


def install() -> None:
    """Replace what `Now` means on SQLite, for updates and for the defaults of columns."""
    Now.as_sqlite = as_sqlite  # type: ignore[method-assign, assignment]


def as_sqlite(self: Now, compiler: Any, connection: Any, **extra: Any) -> Any:
    return self.as_sql(compiler, connection, template=AS_PYTHON_WRITES, **extra)
