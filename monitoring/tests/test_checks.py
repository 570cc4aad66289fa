"""Looks at real listeners on loopback."""

import errno
import socket
import ssl
import time

import pytest

from monitoring import checks, guard
from monitoring.causes import Cause, told
from monitoring.checks import Wanted, look_at
from monitoring.tests.listeners import free_port, listener, name_server, reply, web


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]


def look(kind, address, expect=""):
    return look_at([Wanted(kind, address, expect)])[0]


@pytest.fixture
def site():
    with web() as server:
        server.url = f"http://127.0.0.1:{server.server_port}"
        yield server


@pytest.mark.parametrize("status", [200, 204, 399])
def test_a_web_address_that_answers_is_well(site, status):
    answer = look("http", f"{site.url}/{status}")

    assert (answer.ok, answer.status, answer.cause) == (True, status, None)
    assert 0 < answer.seconds < 5


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_an_error_of_the_server_is_the_targets(site, status):
    answer = look("http", f"{site.url}/{status}")

    assert (answer.ok, answer.cause) == (False, Cause.TARGET)
    assert str(status) in answer.error


@pytest.mark.parametrize(
    ("path", "expect", "ok"),
    [("/200", "hello", True), ("/200", "goodbye", False), ("/404", "404", True), ("/200", "404", False),
     ("/to//200", "302", True)],
)  # fmt: skip
def test_a_status_or_a_text_may_be_expected(site, path, expect, ok):
    assert look("http", f"{site.url}{path}", expect).ok is ok


def test_redirects_are_followed(site):
    answer = look("http", f"{site.url}/to/{site.url}/200")

    assert answer.ok
    assert answer.url == f"{site.url}/200"


@pytest.mark.parametrize(
    "where",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/", "file:///etc/passwd", "http://[::1]/", "//192.168.1.1/"],
)
def test_a_redirect_into_a_refused_network_is_not_followed(site, where):
    answer = look("http", f"{site.url}/to/{where}")

    assert answer.ok is not True
    assert answer.error


def test_redirects_that_never_end_are_given_up(site):
    answer = look("http", f"{site.url}/to/{'/to/' * 20}")

    assert (answer.ok, answer.cause) == (False, Cause.TARGET)


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(site, monkeypatch):
    """The first answer of the resolver is checked and used; were the name asked again, it would lead elsewhere."""
    real, said = socket.getaddrinfo, []

    def getaddrinfo(host, port, *args, **kwargs):
        if host != "rebinding.example":
            return real(host, port, *args, **kwargs)
        said.append("127.0.0.1" if not said else "10.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (said[-1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    answer = look("http", f"http://rebinding.example:{site.server_port}/200")

    assert (answer.ok, answer.address, said) == (True, "127.0.0.1", ["127.0.0.1"])
    assert site.seen == [(f"rebinding.example:{site.server_port}", "/200")]


def test_a_name_that_leads_inside_points_at_the_name_service(site, settings, monkeypatch):
    """As in a network whose portal answers every name with its own address."""
    settings.PROBE_ALLOWED_NETWORKS = []
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [entry])

    answer = look("http", "http://portal.example/")

    assert (answer.ok, answer.cause) == (False, Cause.DNS)
    assert site.seen == []


def test_an_address_that_the_settings_refuse_is_no_evidence(site, settings):
    settings.PROBE_ALLOWED_NETWORKS = []

    answer = look("http", site.url)

    assert (answer.ok, answer.cause) == (None, Cause.SELF)
    assert site.seen == []


def test_the_proxy_of_the_environment_is_not_asked(site, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")

    assert look("http", f"{site.url}/200").ok


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_a_server_that_never_finishes_is_left_in_time(site, monkeypatch, path):
    monkeypatch.setattr(checks, "ANSWER", 0.3)
    monkeypatch.setattr(checks, "WHOLE", 0.6)
    start = time.monotonic()

    answer = look("http", site.url + path)

    assert (answer.ok, answer.cause) == (False, Cause.TARGET)
    assert time.monotonic() - start < 3


def test_a_port_that_listens_is_well():
    with listener() as port:
        answer = look("tcp", f"127.0.0.1:{port}")

    assert (answer.ok, answer.address) == (True, "127.0.0.1")


@pytest.mark.parametrize("kind", ["tcp", "http"])
def test_a_port_where_nobody_listens_points_at_the_target(kind):
    address = f"127.0.0.1:{free_port()}"

    answer = look(kind, address if kind == "tcp" else f"http://{address}/")

    assert (answer.ok, answer.cause) == (False, Cause.TARGET)


@pytest.mark.parametrize("kind", ["tcp", "http"])
def test_a_name_that_leads_nowhere_points_at_the_name_service(kind, monkeypatch):
    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    answer = look(kind, "nowhere.example:80" if kind == "tcp" else "http://nowhere.example/")

    assert (answer.ok, answer.cause) == (False, Cause.DNS)


def test_a_name_server_is_asked():
    with name_server(lambda question: reply(question, ["192.0.2.7"])) as (port, asked):
        answer = look("dns", f"www.example.org@127.0.0.1:{port}")

    assert answer.ok
    assert b"\x03www\x07example\x03org\x00" in asked[0]


@pytest.mark.parametrize(
    ("addresses", "code", "expect", "words"),
    [((), 3, "", "NXDOMAIN"), ((), 2, "", "SERVFAIL"), ((), 0, "", "no address"),
     (("192.0.2.7",), 0, "192.0.2.8", "192.0.2.7")],
)  # fmt: skip
def test_a_name_server_without_the_address_fails(addresses, code, expect, words):
    with name_server(lambda question: reply(question, addresses, code)) as (port, _asked):
        answer = look("dns", f"www.example.org@127.0.0.1:{port}", expect)

    assert (answer.ok, answer.cause) == (False, Cause.DNS)
    assert words in answer.error


@pytest.mark.parametrize(
    "garbage",
    [lambda question: b"", lambda question: question[:2] + b"\x81\x80" + b"\x00\x01" * 4 + b"\xc0" * 3,
     lambda question: question[:2], lambda question: b"\x00\x00" + question[2:], lambda question: None],
)  # fmt: skip
def test_what_a_name_server_babbles_is_no_answer(garbage, monkeypatch):
    monkeypatch.setattr(checks, "ANSWER", 0.3)
    with name_server(garbage) as (port, _asked):
        assert look("dns", f"www.example.org@127.0.0.1:{port}").ok is False


def test_a_lost_datagram_is_sent_again():
    seen = []

    def second(question):
        seen.append(question)
        return reply(question, ["192.0.2.7"]) if len(seen) > 1 else None

    with name_server(second) as (port, _asked):
        assert look("dns", f"www.example.org@127.0.0.1:{port}").ok


def test_all_targets_are_looked_at_side_by_side(site, monkeypatch):
    monkeypatch.setattr(checks, "ANSWER", 0.5)
    start = time.monotonic()

    answers = look_at([Wanted("http", f"{site.url}/slow")] * 8 + [Wanted("http", f"{site.url}/200")])

    assert [answer.ok for answer in answers] == [False] * 8 + [True]
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OSError(errno.ENETUNREACH, "x"), Cause.LINK),
        (OSError(errno.EHOSTUNREACH, "x"), Cause.LINK),
        (OSError(errno.EMFILE, "x"), Cause.SELF),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), Cause.TARGET),
        (ConnectionResetError(errno.ECONNRESET, "x"), Cause.TARGET),
        (TimeoutError(), Cause.TARGET),
        (ssl.SSLError(1, "bad certificate"), Cause.TARGET),
        (guard.Unresolved("x"), Cause.DNS),
        (RuntimeError("a fault of ours"), Cause.SELF),
    ],
)
def test_an_error_is_told_by_what_it_points_at(error, cause):
    found, words = told(error)

    assert found == cause
    assert words
