"""One look at one target: HTTP, TCP or DNS, each phase with a time limit of its own."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import certifi
import httpx
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from monitoring import dns, guard, targets
from monitoring.causes import Cause, Failed, is_silent, told
from monitoring.targets import DNS, HTTP, TCP, Place

RESOLVE, CONNECT, ANSWER = 3.0, 3.0, 5.0  # seconds each phase may take
WHOLE = 10.0  # seconds a look may take, redirects and all
BODY = 64 * 1024  # bytes of an answer that are read, and only where some text is expected
REDIRECTS = 5
AT_ONCE = 32
ERROR_LIMIT = 200


class Wanted(NamedTuple):
    """What to look at; `expect` is a status or a text (HTTP), an address (DNS), or nothing in particular."""

    kind: str
    address: str
    expect: str = ""


@dataclass(frozen=True)
class Answer:
    """What a look found. `ok` is None where the probe itself was at fault; `seconds` until the answer.

    `silent`: it failed because nothing came back, which is how a dead link looks from behind a living router.
    """

    ok: bool | None
    seconds: float
    cause: Cause | None = None
    error: str = ""
    status: int | None = None
    address: str = ""
    url: str = ""  # where redirects led
    silent: bool = False


def look_at(wanted: Iterable[Wanted]) -> list[Answer]:
    """Look at all of them side by side and return the answers in their order, after WHOLE seconds at the latest."""
    return asyncio.run(all_of(wanted))


async def all_of(wanted: Iterable[Wanted]) -> list[Answer]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(target: Wanted) -> Answer:
        async with room:
            return await look(target)

    return await asyncio.gather(*map(one, wanted))


async def look(wanted: Wanted) -> Answer:
    """Look once. Never raises: whatever goes wrong is an answer."""
    start = time.monotonic()
    try:
        async with asyncio.timeout(WHOLE):
            return await LOOKS[wanted.kind](targets.place(wanted.kind, wanted.address), wanted.expect)
    except Exception as error:  # a probe that dies is blind, and says so
        cause, words = told(error)
        took, ok = time.monotonic() - start, None if cause == Cause.SELF else False
        return Answer(ok, took, cause, words[:ERROR_LIMIT], silent=is_silent(error))


async def look_tcp(place: Place, expect: str) -> Answer:
    address = await guard.checked_address(place.host, place.port, RESOLVE)
    start = time.monotonic()
    _reader, writer = await asyncio.wait_for(asyncio.open_connection(address, place.port), CONNECT)
    seconds = time.monotonic() - start
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return Answer(True, seconds, address=address)


async def look_dns(place: Place, expect: str) -> Answer:
    """Well is any address, or the expected one, among those that the server names."""
    host = await guard.checked_address(place.host, place.port, RESOLVE) if place.host else dns.usual_server()
    start = time.monotonic()
    try:
        found = await asyncio.wait_for(dns.ask(host, place.port, place.question), ANSWER)
    except dns.NoAnswer as error:
        raise Failed(Cause.DNS, str(error), silent=True) from error
    if expect and expect not in found:
        raise Failed(Cause.DNS, _("The name leads to %(found)s.") % {"found": ", ".join(found)})
    return Answer(True, time.monotonic() - start, address=host)


async def look_http(place: Place, expect: str) -> Answer:
    """Follow redirects, each checked anew; well is any status below 400, or the status or the text that is expected."""
    start, hop = time.monotonic(), place
    async with httpx.AsyncClient(verify=trusted(), trust_env=False) as client:
        for _hop in range(REDIRECTS + 1):
            address = await guard.checked_address(hop.host, hop.port, RESOLVE)
            targets.check_port(hop, address)
            async with client.stream("GET", **pinned(hop, address)) as response:
                if not response.has_redirect_location or expect == str(response.status_code):
                    await judge(response, expect)
                    seconds = time.monotonic() - start
                    return Answer(True, seconds, status=response.status_code, address=address, url=hop.url)
                hop = redirected(hop, response.headers["location"])
    raise Failed(Cause.TARGET, _("Too many redirects."))


def pinned(hop: Place, address: str) -> dict[str, Any]:
    """Return a request that goes to the checked address and nowhere else, in the name that was asked for."""
    parts = urlsplit(hop.url)
    netloc = f"{bracketed(address)}:{hop.port}"
    usual = hop.port == targets.SCHEME_PORTS[parts.scheme]
    host = bracketed(hop.host) if usual else f"{bracketed(hop.host)}:{hop.port}"
    return {
        "url": parts._replace(netloc=netloc, fragment="").geturl(),
        "headers": {"Host": host, "User-Agent": "Vakhta", "Accept": "*/*", "Accept-Encoding": "identity"},
        "extensions": {"sni_hostname": hop.host},
        "timeout": httpx.Timeout(ANSWER, connect=CONNECT),
    }


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def redirected(hop: Place, location: str) -> Place:
    try:
        return targets.web_place(urljoin(hop.url, location))
    except (ValidationError, ValueError) as error:
        raise Failed(Cause.TARGET, _("It redirects to what is not a web address.")) from error


async def judge(response: httpx.Response, expect: str) -> None:
    """Raise Failed unless the answer is as expected; at most BODY bytes of it are read."""
    status = str(response.status_code)
    by_status = expect.isdecimal() and len(expect) == 3
    if status != expect if by_status else response.status_code >= 400:
        raise Failed(Cause.TARGET, _("The answer is HTTP %(status)s.") % {"status": status})
    if expect and not by_status and not await contains(response, expect.encode()):
        raise Failed(Cause.TARGET, _("The expected text is not in the answer."))


async def contains(response: httpx.Response, words: bytes) -> bool:
    body = b""
    async for piece in response.aiter_raw(8192):
        body += piece
        if words in body or len(body) > BODY:
            break
    return words in body


@cache
def trusted() -> ssl.SSLContext:
    """The authorities of this machine, the organisation's own among them, and those that everybody trusts."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


LOOKS: dict[str, Callable[[Place, str], Awaitable[Answer]]] = {HTTP: look_http, TCP: look_tcp, DNS: look_dns}
