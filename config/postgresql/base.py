"""Django's PostgreSQL, except that a kept connection is asked whether it lives without a trip to the server."""

from select import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A server that ends, or is killed, closes its sockets, and a closed socket has something to read.

    An idle connection has nothing to say: only one that has is asked in earnest.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        readable, _writable, _failed = select([self.connection.fileno()], [], [], 0)
        return super().is_usable() if readable else True
