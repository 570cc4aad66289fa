"""A file between the look at its report and the import: its bytes wait in the storage, its name in a signed ticket.

Nobody but who brought it can use the ticket, and only for an hour. Bytes that nobody came back for go with the
daily sweep of lost files.
"""

from datetime import timedelta
from typing import Any, BinaryIO, NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from attachments import storage
from attachments.models import random_name
from workflow.refusals import invalid

SALT = "suspensions.import"
GOOD_FOR = timedelta(hours=1)


class Kept(NamedTuple):
    """A file that waits: what it is called, where its bytes are, and the ticket for it."""

    title: str
    name: str
    ticket: str

    def open(self) -> BinaryIO:
        return storage.received().open(self.name)

    def claim(self) -> None:
        """Use the ticket up. Raises ValidationError where it was; whoever calls sees to it that nobody else does."""
        if not storage.received().exists(self.name):
            raise gone()
        storage.received().delete(self.name)


def keep(file: BinaryIO, title: str, user: Any) -> Kept:
    """Store the bytes until the user decides. Raises NoRoom and Unreachable."""
    file.seek(0)
    name = storage.received().save(random_name(), ContentFile(file.read()))
    return Kept(title, name, signing.dumps([title, name, user.pk], salt=SALT))


def kept(ticket: str, user: Any) -> Kept:
    """Return the file of a ticket. Raises ValidationError for one that is forged, somebody else's, old or used."""
    try:
        title, name, owner = signing.loads(ticket, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise gone() from error
    if owner != user.pk or not storage.received().exists(name):
        raise gone()
    return Kept(title, name, ticket)


def gone() -> ValidationError:
    return invalid("file", _("Choose the file again."), "gone")
