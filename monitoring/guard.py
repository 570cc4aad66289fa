"""Where outgoing requests of probes may lead: public addresses, and those that PROBE_ALLOWED_NETWORKS names.

A name is resolved once; what is connected to afterwards is the address that was checked here, never the name again.
"""

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.utils.translation import gettext as _

from workflow.address import within

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address

GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # outside of it: translators, site-local, multicast, what nobody uses
LOOKUPS = 32  # at once; the system's resolver knows no time limit, so a stuck one keeps its thread


class Refused(Exception):
    """The address lies in a network to which nothing may be sent; `name` is how it was called."""

    def __init__(self, address: str, name: str = ""):
        super().__init__(_("%(address)s lies in a network that is not allowed.") % {"address": address})
        self.address = address
        self.is_literal = not name or is_address(name)


class Unresolved(Exception):
    """The name leads nowhere, or the resolver did not answer in time."""


def is_allowed(text: str) -> bool:
    """Say whether something may be sent to this address: it is public, or within the allowed networks."""
    if is_listed(text):
        return True
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return is_public(getattr(address, "ipv4_mapped", None) or address)


def is_public(address: Address) -> bool:
    """Say whether the address, and every IPv4 address that hides in it, belongs to the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = [address.sixtofour, *(address.teredo or ())]
        if address not in GLOBAL_UNICAST or not all(is_public(inner) for inner in hidden if inner):
            return False
    return address.is_global and not address.is_multicast


def is_listed(text: str) -> bool:
    """Say whether an administrator named the address's network in PROBE_ALLOWED_NETWORKS."""
    return within(text, tuple(settings.PROBE_ALLOWED_NETWORKS))


def is_address(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


class Resolver:
    """Asks the system for addresses, each question in a thread of its own, so that it can be given up."""

    pool = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="resolve")

    @classmethod
    async def addresses(cls, host: str, port: int, seconds: float) -> list[str]:
        """Return what `host` leads to. Raises Unresolved."""
        question = cls.pool.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            found = await asyncio.wait_for(asyncio.wrap_future(question), seconds)
        except TimeoutError as error:
            raise Unresolved(_("The name was not resolved in time.")) from error
        except (OSError, UnicodeError) as error:
            raise Unresolved(_("The name cannot be resolved.")) from error
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def checked_address(host: str, port: int, seconds: float = 3) -> str:
    """Return the one address to connect to. Raises Unresolved, or Refused if any that the name leads to is refused."""
    found = [host] if is_address(host) else await Resolver.addresses(host, port, seconds)
    for address in found:
        if not is_allowed(address):
            raise Refused(address, host)
    if not found:
        raise Unresolved(_("The name cannot be resolved."))
    return sorted(found, key=lambda address: ":" in address)[0]  # IPv4 first: it is what most networks have
