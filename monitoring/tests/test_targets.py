import pytest
from django.core.exceptions import ValidationError

from monitoring.targets import DNS, HTTP, TCP, check_literal, place


@pytest.mark.parametrize(
    ("kind", "address", "host", "port"),
    [
        (HTTP, "https://example.org/", "example.org", 443),
        (HTTP, "http://example.org:8080/x?y=1", "example.org", 8080),
        (HTTP, "https://пример.рф/", "xn--e1afmkfd.xn--p1ai", 443),
        (HTTP, "http://[2606:4700::1]/", "2606:4700::1", 80),
        (TCP, "192.0.2.1:443", "192.0.2.1", 443),
        (TCP, "[2606:4700::1]:53", "2606:4700::1", 53),
        (TCP, "gate.example.org:25", "gate.example.org", 25),
        (DNS, "example.org", "", 53),
        (DNS, "example.org@1.1.1.1", "1.1.1.1", 53),
        (DNS, "example.org@2606:4700::1", "2606:4700::1", 53),
        (DNS, "example.org@1.1.1.1:5353", "1.1.1.1", 5353),
    ],
)
def test_an_address_is_taken_apart(kind, address, host, port):
    found = place(kind, address)

    assert (found.host, found.port) == (host, port)
    assert found.key == f"{host}:{port}"


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (HTTP, ""),
        (HTTP, "example.org"),
        (HTTP, "file:///etc/passwd"),
        (HTTP, "gopher://example.org/"),
        (HTTP, "ftp://example.org/"),
        (HTTP, "http://"),
        (HTTP, "http:///path"),
        (HTTP, "http://user:secret@example.org/"),
        (HTTP, "http://example.org:99999/"),
        (HTTP, "http://example.org:x/"),
        (HTTP, "http://example.org/a b"),
        (HTTP, "http://example.org/\r\nHost: other"),
        (HTTP, "http://exa\\mple.org/"),
        (HTTP, "http://[::1/"),
        (HTTP, "http://a..b/"),
        (HTTP, "http://" + "a" * 300 + "/"),
        (TCP, "192.0.2.1"),
        (TCP, "192.0.2.1:0"),
        (TCP, "192.0.2.1:70000"),
        (TCP, "192.0.2.1:53/x"),
        (TCP, "user@192.0.2.1:53"),
        (TCP, ":53"),
        (TCP, ""),
        (DNS, ""),
        (DNS, "example.org@"),
        (DNS, "@1.1.1.1"),
        (DNS, "exa mple.org"),
        (DNS, "example.org@1.1.1.1@2.2.2.2"),
    ],
)
def test_what_means_nothing_is_refused(kind, address):
    with pytest.raises(ValidationError):
        place(kind, address)


@pytest.mark.parametrize(
    ("kind", "address"),
    [(HTTP, "http://127.0.0.1/"), (TCP, "10.0.0.1:443"), (DNS, "example.org@192.168.1.1"), (HTTP, "http://[::1]/")],
)
def test_an_internal_address_is_refused_when_it_is_written_down(kind, address):
    with pytest.raises(ValidationError, match="PROBE_ALLOWED_NETWORKS"):
        check_literal(place(kind, address))


def test_a_web_address_outside_has_a_web_port():
    check_literal(place(HTTP, "http://1.1.1.1:8080/"))

    with pytest.raises(ValidationError, match="8443"):
        check_literal(place(HTTP, "http://1.1.1.1:6379/"))


def test_inside_allowed_networks_every_port_is_open(settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]

    check_literal(place(HTTP, "http://127.0.0.1:6379/"))
