"""One question to one name server over UDP: which addresses has this name?"""

import asyncio
import ipaddress
import secrets
import struct
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

RESOLVERS = Path("/etc/resolv.conf")
A, AAAA, INTERNET = 1, 28, 1
HEADER = struct.Struct(">6H")
RECORD = struct.Struct(">HHIH")
RECURSION_WANTED, IS_ANSWER, CODE = 0x0100, 0x8000, 0x000F
REASONS = {1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 5: "REFUSED"}
SECOND_TRY = 1.0  # seconds: a datagram may be lost on its way


class NoAnswer(Exception):
    """The server answered that it knows no address, or what cannot be read."""


class Conversation(asyncio.DatagramProtocol):
    """Waits for the answer that carries the number of the question; all others are somebody else's."""

    def __init__(self, number: int):
        self.number = number
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if len(data) >= HEADER.size and data[:2] == struct.pack(">H", self.number) and not self.answer.done():
            self.answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)


async def ask(server: str, port: int, name: str) -> list[str]:
    """Return the addresses of `name` as `server` knows them. Raises NoAnswer or OSError; the caller limits the time."""
    number = secrets.randbelow(1 << 16)
    loop = asyncio.get_running_loop()
    transport, talk = await loop.create_datagram_endpoint(lambda: Conversation(number), remote_addr=(server, port))
    try:
        while True:
            transport.sendto(question(number, name))
            done, _waiting = await asyncio.wait([talk.answer], timeout=SECOND_TRY)
            if done:
                return addresses(talk.answer.result())
    finally:
        transport.close()
        talk.answer.cancel()


def question(number: int, name: str) -> bytes:
    labels = name.encode("idna").rstrip(b".").split(b".")
    words = b"".join(bytes([len(label)]) + label for label in labels)
    return HEADER.pack(number, RECURSION_WANTED, 1, 0, 0, 0) + words + b"\0" + struct.pack(">HH", A, INTERNET)


def addresses(data: bytes) -> list[str]:
    """Read the addresses out of an answer. Raises NoAnswer if there are none."""
    _number, flags, questions, answers, _others, _more = HEADER.unpack_from(data)
    if not flags & IS_ANSWER or flags & CODE:
        code = flags & CODE
        raise NoAnswer(_("The server answers %(code)s.") % {"code": REASONS.get(code, str(code))})
    try:
        found = list(records(data, questions, answers))
    except (struct.error, IndexError, ValueError) as error:
        raise NoAnswer(_("The server's answer cannot be read.")) from error
    if not found:
        raise NoAnswer(_("The server knows no address of this name."))
    return found


def records(data: bytes, questions: int, answers: int) -> Any:
    place = HEADER.size
    for _question in range(questions):
        place = after_name(data, place) + 4
    for _answer in range(answers):
        place = after_name(data, place)
        kind, _class, _seconds, length = RECORD.unpack_from(data, place)
        place += RECORD.size
        if kind in (A, AAAA):
            yield str(ipaddress.ip_address(data[place : place + length]))
        place += length


def after_name(data: bytes, place: int) -> int:
    """Return where the name that begins at `place` ends; a pointer is its last part."""
    while length := data[place]:
        if length >= 0xC0:
            return place + 2
        place += 1 + length
    return place + 1


def usual_server() -> str:
    """Return the name server that this machine asks."""
    lines = (line.split() for line in RESOLVERS.read_text().splitlines())
    found = next((words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"), "")
    if not found:
        raise NoAnswer(_("This machine has no name server."))
    return found
