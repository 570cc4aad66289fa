import io
import json

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

from accounts.tests.factories import UserFactory
from workflow.bodies import prepared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_kept_connection")]
SIGN_IN = "/api/identity/auth/jwt/create/"


@pytest.fixture
def _kept_connection():
    """A request by WSGI closes the connection, in which the test's transaction lives."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


class Broken(io.BytesIO):
    def read(self, *size):
        raise OSError("the client hung up")


def environ(body=b"", *, path=SIGN_IN, query="", content_type="application/json", **more):
    request = RequestFactory().generic("POST", path, QUERY_STRING=query)
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True}
    return {**request.environ, "CONTENT_LENGTH": "", "CONTENT_TYPE": content_type, **chunked, **more}


def ask(environ):
    """Return status and body as a server would send them."""
    said = []
    answer = prepared(WSGIHandler())(environ, lambda status, headers, exc_info=None: said.append(int(status[:3])))
    return said[0], b"".join(answer)


def test_a_body_in_chunks_is_read():
    user = UserFactory()
    body = json.dumps({"username": user.username, "password": "correct horse battery"}).encode()

    status, answer = ask(environ(body))

    assert status == 200
    assert "access" in json.loads(answer)


def test_a_body_in_chunks_over_the_limit_is_too_large():
    status, answer = ask(environ(b" " * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)))

    assert status == 413
    assert json.loads(answer)["errors"][0]["code"] == "too_large"


def test_no_more_than_the_limit_is_read_of_a_body_in_chunks():
    stream = io.BytesIO(b" " * 5 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)

    ask(environ(**{"wsgi.input": stream}))

    assert stream.tell() == settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1


def test_a_client_that_hangs_up_amid_chunks_breaks_nothing():
    assert ask(environ(**{"wsgi.input": Broken()})) == (400, b"")


@pytest.mark.parametrize("charset", ["zlib", "utf-16", "unicode_escape", "utf-7", "nonsense", '"rot13"', "\0"])
def test_another_charset_is_refused_even_with_a_query(charset):
    status, answer = ask(environ(b"{}", query="search=%5Cud800", content_type=f"application/json; charset={charset}"))

    assert status == 415
    assert json.loads(answer)["errors"][0]["code"] == "unsupported_media_type"


@pytest.mark.parametrize("content_type", ['application/json; charset="UTF-8"', "application/json;charset=us-ascii"])
def test_utf_8_is_understood_however_it_is_written(content_type):
    assert ask(environ(b"{}", content_type=content_type))[0] == 400


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_too_many_parameters_are_refused(content_type):
    assert ask(environ(b"{}", path="/api/v1/users/", query="&a" * 1500, content_type=content_type))[0] in {400, 401}
