"""The true address of a client: the one function that throttles, lock-out, audit and the network check use."""

import ipaddress
from functools import cache
from typing import Any

from django.conf import settings

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@cache
def networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def within(address: str, texts: tuple[str, ...]) -> bool:
    """Say whether `address` lies in one of the networks; IPv4 inside IPv6 counts as IPv4, nonsense as outside."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(plain in network for network in networks(texts))


def client_address(request: Any) -> str | None:
    """Return the address of the client: the nearest hop that is not one of TRUSTED_PROXIES.

    X-Forwarded-For is believed only as far as trusted proxies wrote it, from the right; what a client claims
    about itself stands further left and is never reached. None where the server listens on a socket file.
    """
    address = request.META.get("REMOTE_ADDR", "")
    proxies = tuple(settings.TRUSTED_PROXIES)
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and within(address, proxies):
        address = hops.pop()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
