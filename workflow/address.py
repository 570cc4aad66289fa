"""The true address of a client: the one function that throttles, lock-out, audit and the network check use."""

import ipaddress
from functools import cache, lru_cache
from typing import Any

from django.conf import settings

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SOCKET = "unix"  # the peer of a server that listens on a socket file, as TRUSTED_PROXIES names it
LONGEST_KNOWN = 200  # characters of an X-Forwarded-For worth remembering; nobody fills the memory with longer ones


@cache
def networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """Return what `texts` name; nonsense names nothing (a system check reports it)."""
    return tuple(network for text in texts if (network := network_of(text)))


def network_of(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def within(address: str, texts: tuple[str, ...]) -> bool:
    """Say whether `address` lies in one of the networks; IPv4 inside IPv6 counts as IPv4, nonsense as outside."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(plain in network for network in networks(texts))


def peer_address(request: Any) -> str:
    """Return who holds the other end of the connection: an address, or SOCKET where there is none."""
    return request.META.get("REMOTE_ADDR", "") or SOCKET


def is_from_proxy(request: Any) -> bool:
    """Say whether the peer is one of TRUSTED_PROXIES, so that what it says of the client is believed."""
    return is_proxy(peer_address(request), tuple(settings.TRUSTED_PROXIES))


@lru_cache(maxsize=4096)
def is_proxy(peer: str, proxies: tuple[str, ...]) -> bool:
    return SOCKET in proxies if peer == SOCKET else within(peer, proxies)


def client_address(request: Any) -> str | None:
    """Return the address of the client: the nearest hop that is not one of TRUSTED_PROXIES.

    X-Forwarded-For is believed only as far as trusted proxies wrote it, from the right; what a client claims
    about itself stands further left and is never reached. None where it cannot be known: behind a socket file
    whose peer is not trusted or forwards nothing.
    """
    peer, forwarded = peer_address(request), request.META.get("HTTP_X_FORWARDED_FOR", "")
    ask = known_client if len(forwarded) <= LONGEST_KNOWN else client_of
    return ask(peer, forwarded, tuple(settings.TRUSTED_PROXIES))


def client_of(peer: str, forwarded: str, proxies: tuple[str, ...]) -> str | None:
    address, trusted = peer, is_proxy(peer, proxies)
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while hops and trusted:
        address = hops.pop()
        trusted = within(address, proxies)
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


known_client = lru_cache(maxsize=4096)(client_of)
