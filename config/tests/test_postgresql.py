"""Whether a kept connection lives is seen on its socket."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from config.postgresql.base import DatabaseWrapper, UtcLoader

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,
]


@pytest.fixture
def elsewhere():
    """A thread with a connection of its own."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda work: pool.submit(work).result()
        pool.submit(part).result()


def part():
    connection.close()  # looked up in the thread whose connection it is


def lives():
    return connection.is_usable()


def process_number():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [number])
    time.sleep(0.2)


def test_moments_come_in_utc_as_the_driver_reads_them():
    with connection.cursor() as cursor:
        cursor.execute("SELECT '2026-07-23 18:04:05.25+03'::timestamptz, NULL::timestamptz")
        moment, nothing = cursor.fetchone()
    loader = UtcLoader(1184, connection.connection)

    assert (moment, nothing) == (datetime(2026, 7, 23, 15, 4, 5, 250_000, tzinfo=UTC), None)
    assert moment.tzinfo is UTC
    assert loader.load == loader.orig_loader.load


def test_a_server_that_answers_nothing_is_given_up_in_seconds():
    """It takes the call and stays silent, as behind a firewall that drops what it does not like."""
    with socket.create_server(("127.0.0.1", 0)) as hole:
        alias = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": hole.getsockname()[1]}
        alias["OPTIONS"] = {**alias["OPTIONS"], "connect_timeout": 2}  # the least that libpq knows; we ask for more
        silent = DatabaseWrapper(alias, "silent")
        begun = time.monotonic()
        with pytest.raises(OperationalError):
            silent.ensure_connection()

    assert time.monotonic() - begun < 10
    assert connection.get_connection_params()["connect_timeout"] <= 5
    assert connection.get_connection_params()["tcp_user_timeout"] <= 10_000


def test_a_living_connection_is_not_asked(elsewhere):
    def cost():
        process_number()
        with CaptureQueriesContext(connection) as queries:
            return connection.is_usable(), len(queries)

    assert elsewhere(cost) == (True, 0)


def test_a_connection_that_the_server_ended_is_not_used_again(elsewhere):
    end(elsewhere(process_number))

    assert elsewhere(lives) is False


def test_the_next_request_opens_a_new_one(elsewhere):
    first = elsewhere(process_number)
    end(first)

    def next_request():
        connection.health_check_done = False
        return process_number()

    assert elsewhere(next_request) != first


def test_a_connection_that_was_closed_here_is_not_usable(elsewhere):
    def closed():
        process_number()
        connection.connection.close()
        return connection.is_usable()

    assert elsewhere(closed) is False
