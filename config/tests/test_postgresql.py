"""Whether a kept connection lives is seen on its socket."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
