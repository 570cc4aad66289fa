"""Archives that only the holder of a private key can read, in the format of the tool `age`."""

from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.utils.translation import gettext as _

from monitoring.backups.faults import Damaged, Fault
from monitoring.backups.progress import Report
from monitoring.models import Backup

SUFFIX = ".age"


class Told:
    """A file that says how far it was read."""

    def __init__(self, path: Path, file: Any, report: Report):
        self.file, self.report, self.done, self.total = file, report, 0, path.stat().st_size

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.done += len(data)
        self.report(Backup.Phase.ENCRYPTING, self.done, self.total)
        return data


def is_wanted() -> bool:
    return bool(settings.BACKUP_PUBLIC_KEY)


def expect_key() -> None:
    """Raise Fault when BACKUP_PUBLIC_KEY is set and no key."""
    if is_wanted():
        recipient()


def recipient() -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(settings.BACKUP_PUBLIC_KEY)
    except pyrage.RecipientError as error:
        raise Fault(_("BACKUP_PUBLIC_KEY is no public key of age: it begins with age1.")) from error


def encrypt(source: Path, target: Path, report: Report) -> None:
    """Raises Fault when BACKUP_PUBLIC_KEY is no key."""
    known = recipient()
    with source.open("rb") as clear, target.open("xb") as sealed:
        pyrage.encrypt_io(Told(source, clear, report), sealed, [known])


def decrypt(source: Path, target: Path, key: Path, report: Report) -> None:
    """Raises Fault for a wrong key, Damaged for an archive of which a byte was changed."""
    identities = identities_in(key)
    with source.open("rb") as sealed, target.open("xb") as clear:
        try:
            pyrage.decrypt_io(Told(source, sealed, report), clear, identities)
        except pyrage.DecryptError as error:
            raise Damaged(
                f"It cannot be decrypted: the key is another, or some of its bytes were changed ({error})."
            ) from error
        except OSError as error:
            if error.errno:
                raise
            raise Damaged(_("It cannot be decrypted: some of its bytes were changed or are missing.")) from error


def identities_in(key: Path) -> list[Any]:
    """Return the private keys in a file as `age-keygen` writes it."""
    try:
        lines = [line.strip() for line in key.read_text().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise Fault(f"{key} cannot be read: {error.strerror}") from error
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise Fault(f"{key} holds no private key of age: a line begins with AGE-SECRET-KEY-1.") from error
    if not found:
        raise Fault(f"{key} holds no private key of age.")
    return found
