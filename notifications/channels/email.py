"""E-mail by SMTP, configured by EMAIL_URL."""

import smtplib
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.channels.message import ChannelDown, Failed, Message, Refused, link_to
from notifications.kinds import EMAIL, WAYS, label_of


class EmailChannel:
    """Opens one connection per run; a broken one is dropped and the next message opens another."""

    name: str = EMAIL
    label: str | Promise = WAYS[EMAIL]
    summary_limit = 100
    pause = 0.0

    def __init__(self) -> None:
        self.connection: Any = None

    def is_offered(self) -> bool:
        return True

    def problem(self) -> str:
        return "" if "default" in mailers else _("E-mail is not configured: EMAIL_URL is not set.")

    def address_of(self, user: Any) -> str:
        return user.email

    def open(self) -> None:
        if self.connection:
            return
        connection = mailers.default
        try:
            connection.open()
        except OSError as error:  # smtplib's errors are OSErrors too: no greeting, no TLS, wrong password
            with suppress(OSError):
                connection.close()
            raise ChannelDown(words(error)) from error
        self.connection = connection

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection:
            with suppress(OSError):
                connection.close()

    def send(self, message: Message) -> None:
        self.open()
        try:
            self.connection.send_messages([as_mail(message)])
        except ValueError as error:  # an address or header that no mail may carry
            raise Refused(words(error)) from error
        except OSError as error:
            self.close()  # the server may have hung up, or be in the middle of something
            raise verdict(error) from error


def verdict(error: OSError) -> Refused | Failed:
    """A 5xx about the recipient or the text is final; one about us (the sender, the connection) is for us to mend."""
    answer: Any = error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        answer = smtplib.SMTPDataError(code, said)
    final = isinstance(answer, smtplib.SMTPDataError) and 500 <= answer.smtp_code < 600
    return (Refused if final else Failed)(words(answer))


def words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}".strip()
    return f"{type(error).__name__}: {error}".rstrip(": ")


def as_mail(message: Message) -> EmailMultiAlternatives:
    with message.reading():
        subject = subject_of(message)
        settings_link = link_to(reverse("notifications:preferences"))
        context = {"message": message, "subject": subject, "settings_link": settings_link}
        mail = EmailMultiAlternatives(
            subject,
            render_to_string("notifications/mail/notice.txt", context),
            to=[message.to],
            headers={"Message-ID": f"<{message.id}@{own_domain()}>", "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("notifications/mail/notice.html", context), "text/html")
        return mail


def subject_of(message: Message) -> str:
    """One notice is its title; a summary says how many of what."""
    count = len(message.lines)
    if count == 1:
        return message.lines[0].title
    if message.digest:
        return ngettext("%(count)d notice of the quiet hours", "%(count)d notices of the quiet hours", count) % {
            "count": count
        }
    return f"{label_of(message.lines[0].kind)}: {count}"


def own_domain() -> str:
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    return urlsplit(settings.APPLICATION_URL).hostname or sender or "localhost"
