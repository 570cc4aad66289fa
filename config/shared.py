"""What processes keep together in Redis, by one client for each thread."""

from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class Client(RedisCacheClient):
    """Django makes a client for every command, which costs more than the command."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.clients: dict[redis.ConnectionPool, redis.Redis] = {}

    def get_client(self, key: str | None = None, *, write: bool = False) -> redis.Redis:
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        if pool not in self.clients:
            self.clients[pool] = redis.Redis(connection_pool=pool)
        return self.clients[pool]


class SharedCache(RedisCache):
    def __init__(self, server: str | list[str], params: dict[str, Any]):
        super().__init__(server, params)
        self._class = Client
