"""What is told of backups: that one failed, and that there is no new one. Each once, until one succeeds."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.policy import allows, holders
from monitoring.models import Backup
from notifications.kinds import APP, EMAIL, TELEGRAM, Kind
from notifications.services import notify, on_call


def looks_after(user: Any) -> bool:
    return allows(user, "backup.create")


def nobody(user: Any) -> bool:
    return False


FAILED = Kind(
    "backup.failed",
    _("Backup failed"),
    _("A backup failed"),
    body=_("%(error)s Earlier backups are untouched; it is tried again within the hour."),
    channels=frozenset({APP, EMAIL}),
    critical=True,
    group=False,
    shown_to=looks_after,
    example={"error": "No space left on device."},
)
LATE = Kind(
    "backup.late",
    _("No new backup"),
    _("There is no backup from the last %(hours)s hours"),
    body=_("The newest verified one: %(newest)s. Look at the page of backups and at the worker."),
    channels=frozenset({APP, EMAIL}),
    critical=True,
    group=False,
    shown_to=looks_after,
    example={"hours": 26, "newest": "vakhta-20260723T154500Z-5f06829a.tar"},
)
UNFIT = Kind(
    "backup.unfit",
    _("Backup cannot be restored"),
    _("A backup is not fit: %(backup)s"),
    body=_("%(error)s Make another and look at the disk."),
    channels=frozenset({APP, EMAIL}),
    critical=True,
    group=False,
    shown_to=looks_after,
    example={"backup": "vakhta-20260723T154500Z-5f06829a.tar", "error": "Its checksum differs."},
)
UNREHEARSED = Kind(
    "backup.unrehearsed",
    _("Restore not rehearsed"),
    _("The restore of a backup could not be rehearsed"),
    body=_("%(backup)s: %(error)s The archive itself is verified; the rehearsal is tried again tomorrow."),
    channels=frozenset({APP, EMAIL}),
    critical=True,
    group=False,
    shown_to=looks_after,
    example={"backup": "vakhta-20260723T154500Z-5f06829a.tar", "error": "ALTER ROLE vakhta CREATEDB."},
)
UNCOPIED = Kind(
    "backup.uncopied",
    _("Backup not copied"),
    _("A backup is not on the other storage"),
    body=_("%(backup)s: %(error)s It stands on this machine; the copy is tried again every hour."),
    channels=frozenset({APP, EMAIL}),
    critical=True,
    group=False,
    shown_to=looks_after,
    example={"backup": "vakhta-20260723T154500Z-5f06829a.tar", "error": "The other storage is full."},
)
ON_CALL = Kind(
    "backup.on-call",
    _("Trouble with backups in the on-call chat"),
    "%(title)s",
    body="%(body)s",
    channels=frozenset({TELEGRAM}),
    critical=True,
    group=False,
    shown_to=nobody,
    example={"title": _("A backup failed"), "body": "No space left on device."},
)
KINDS = [FAILED, LATE, UNFIT, UNREHEARSED, UNCOPIED, ON_CALL]


class Said:
    """The words of a kind, in the language of whoever reads them."""

    def __init__(self, kind: Kind, part: str, context: dict[str, Any]):
        self.kind, self.part, self.context = kind, part, context

    def __str__(self) -> str:
        return str(getattr(self.kind.text(self.context), self.part))


def tell(kind: Kind, backup: Backup, /, **context: Any) -> None:
    """Tell everybody who may make backups, and the on-call chats."""
    url = reverse("backups:list")
    notify(holders("backup.create"), kind=kind, subject=backup, context=context, url=url)
    words = {part: Said(kind, part, context) for part in ("title", "body")}
    notify(on_call(), kind=ON_CALL, subject=backup, context=words, url=url)
