"""The cache in Redis."""

import pytest

from config.shared import SharedCache

pytestmark = pytest.mark.once


def test_one_client_serves_all_commands_of_a_thread():
    cache = SharedCache("redis://127.0.0.1:1/0", {})

    assert cache._cache.get_client("one") is cache._cache.get_client("two", write=True)


def test_each_server_has_a_client_of_its_own():
    cache = SharedCache("redis://127.0.0.1:1/0;redis://127.0.0.1:2/0", {})

    assert cache._cache.get_client("one") is not cache._cache.get_client("one", write=True)
