"""How the product speaks to its databases."""

from typing import Any


def tuned(address: dict[str, Any], password: str) -> dict[str, Any]:
    """Return an entry of DATABASES for an address that was read; a password of its own goes before the one in it."""
    found = address | {
        "PASSWORD": password or address["PASSWORD"],
        "CONN_MAX_AGE": None,  # persistent connections: the one thing that matters most for speed
        "CONN_HEALTH_CHECKS": True,
    }
    if address["ENGINE"] == "django.db.backends.sqlite3":
        return found | {"OPTIONS": SQLITE}
    if address["ENGINE"] == "django.db.backends.postgresql":
        # The product's own backend: health checks that cost no query.
        return found | {"ENGINE": "config.postgresql", "OPTIONS": POSTGRESQL | address.get("OPTIONS", {})}
    return found


SQLITE = {
    "transaction_mode": "IMMEDIATE",  # without it concurrent writers fail with "database is locked"
    "timeout": 20,  # seconds
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
# A server that has vanished is given up in seconds, not in the minutes of TCP.
POSTGRESQL = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,  # milliseconds
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
