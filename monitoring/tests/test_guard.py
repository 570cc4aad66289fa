import asyncio
import socket
import threading

import pytest

from monitoring import guard
from monitoring.guard import Refused, Unresolved, checked_address, is_allowed

INTERNAL = [
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "239.255.255.250", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
    "2002:7f00:1::", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe", "not an address", "",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "77.88.8.8", "2606:4700:4700::1111", "2a02:6b8::feed:ff", "::ffff:1.1.1.1"]


def asked(host, port=80):
    return asyncio.run(checked_address(host, port))


@pytest.fixture
def names(monkeypatch):
    """What the system's resolver says, name by name."""
    known = {}

    def getaddrinfo(host, port, **kwargs):
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.mark.parametrize("address", INTERNAL)
def test_what_is_not_public_is_refused(address):
    assert not is_allowed(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_allowed(address):
    assert is_allowed(address)


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "fd00::7"])
def test_networks_that_were_named_are_allowed(settings, address):
    settings.PROBE_ALLOWED_NETWORKS = ["10.1.0.0/16", "fd00::/8"]

    assert is_allowed(address)
    assert not is_allowed("10.2.0.1")


@pytest.mark.parametrize("name", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"])
def test_other_spellings_of_an_internal_address_are_seen_through(name):
    with pytest.raises((Refused, Unresolved)):
        asked(name)


def test_one_refused_address_among_good_ones_refuses_the_name(names):
    names["mixed.example"] = ["1.1.1.1", "10.0.0.1"]

    with pytest.raises(Refused) as refusal:
        asked("mixed.example")

    assert refusal.value.address == "10.0.0.1"
    assert not refusal.value.is_literal


def test_a_name_is_resolved_to_the_address_that_was_checked(names):
    names["good.example"] = ["2606:4700:4700::1111", "1.1.1.1"]

    assert asked("good.example") == "1.1.1.1"


def test_an_address_is_not_asked_for():
    assert asked("2606:4700:4700::1111") == "2606:4700:4700::1111"


def test_an_unknown_name_is_told(names):
    with pytest.raises(Unresolved):
        asked("nowhere.example")


def test_a_resolver_that_does_not_answer_is_given_up(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: over.wait(5) or [])

    with pytest.raises(Unresolved, match="in time"):
        asyncio.run(checked_address("slow.example", 80, seconds=0.05))
    over.set()


def test_what_is_written_as_an_address_is_told_from_a_name():
    with pytest.raises(Refused) as refusal:
        asked("10.0.0.1")

    assert refusal.value.is_literal
    assert guard.is_address("10.0.0.1")
