"""Django's PostgreSQL, except for what costs a trip to the server or a call in Python without need."""

from datetime import UTC
from functools import cache
from select import select
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader, get_adapters_template
from psycopg.adapt import AdaptersMap


class DatabaseWrapper(base.DatabaseWrapper):
    """A server that ends, or is killed, closes its sockets, and a closed socket has something to read.

    An idle connection has nothing to say: only one that has is asked in earnest.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        readable, _writable, _failed = select([self.connection.fileno()], [], [], 0)
        return super().is_usable() if readable else True

    def get_connection_params(self) -> dict[str, Any]:
        found = super().get_connection_params()
        return found | {"context": adapters_in_utc()} if self.timezone is UTC else found


class UtcLoader(BaseTzLoader):
    """Leaves a moment as the driver reads it where the session speaks UTC, instead of making each a second time."""

    timezone = UTC

    def __init__(self, oid: int, context: Any):
        super().__init__(oid, context)
        if self.connection and self.connection.info.parameter_status("TimeZone") == "UTC":
            self.load = self.orig_loader.load


@cache
def adapters_in_utc() -> AdaptersMap:
    adapters = AdaptersMap(get_adapters_template(True, UTC))
    adapters.register_loader("timestamptz", UtcLoader)
    return adapters
