"""A real SMTP server on loopback that takes, refuses, stalls or hangs up, as a test tells it."""

import asyncio
import email
import socket
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller

TIMEOUT = 0.5  # seconds a test waits for an answer of the server


class PostOffice:
    """What the server does with a message; `received` is what it took, with the recipients of the envelope."""

    def __init__(self):
        self.received: list[EmailMessage] = []
        self.recipient_answers: dict[str, str] = {}
        self.data_answer = ""
        self.stalls = self.hangs_up = self.loses_answer = False
        self.begun = 0  # messages whose text was about to come
        self.slowness = 0.0  # seconds before it is taken, and again before that is said

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self.recipient_answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.begun += 1
        await asyncio.sleep(self.slowness)
        if self.stalls:
            await asyncio.sleep(3 * TIMEOUT)
        if self.hangs_up:
            server.transport.abort()
            return "451 too late"
        if self.data_answer:
            return self.data_answer
        self.received.append(email.message_from_bytes(envelope.content, policy=default))
        await asyncio.sleep(self.slowness)
        if self.loses_answer:
            server.transport.abort()
        return "250 taken"

    @property
    def subjects(self):
        return [mail["Subject"] for mail in self.received]

    @property
    def ids(self):
        return [mail["Message-ID"] for mail in self.received]


def plain(mail):
    """The text of a mail, no-break spaces made plain."""
    return mail.get_body(["plain"]).get_content().replace("\u00a0", " ")


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@contextmanager
def open_post_office(port=None):
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


def mailers(port):
    options = {"host": "127.0.0.1", "port": port, "timeout": TIMEOUT}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
