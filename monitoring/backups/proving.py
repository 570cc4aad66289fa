"""Proof that an archive is what was sealed, and that it comes back. What is due stands in rows."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from monitoring.backups import archive, folder, making, rehearsal
from monitoring.backups.faults import Damaged, Fault, LeaseLost, words_of
from monitoring.backups.leases import leased
from monitoring.backups.notifications import UNFIT, UNREHEARSED, tell
from monitoring.backups.progress import Report, both, silent, to_row
from monitoring.models import Backup
from notifications.kinds import Kind
from workflow.actor import Actor
from workflow.models import Event

WEEK = timedelta(days=7)
DAY = timedelta(days=1)  # until a rehearsal that failed is tried again
State = Backup.State


def verify(backup: Backup, *, by: Actor, report: Report = silent) -> None:
    """Read an archive through and write down whether it is what was sealed."""
    with leased(backup, timezone.now()) as mine:
        if not mine:
            return
        facts: dict[str, Any] = {}
        try:
            facts = verified_facts(backup, both(to_row(backup), report))
            state, error = State.VERIFIED, ""
        except LeaseLost:
            return  # whoever took over says what came of it
        except FileNotFoundError:
            state, error = State.MISSING, ""
        except (Damaged, OSError) as fault:
            state, error = State.DAMAGED, words_of(fault)
        except Fault as fault:  # this code cannot judge it
            state, error = State(backup.state), words_of(fault)
        judged(backup, state, error, by=by, **facts)


def verified_facts(backup: Backup, report: Report) -> dict[str, Any]:
    """Return what a sound archive says of itself. Raises Damaged; an encrypted one is compared with its checksum."""
    path = folder.path_of(backup.name or "")
    digest, size = making.digest_of(path, report), path.stat().st_size
    known = backup.sha256 or folder.checksum_of(path)
    if known and known != digest:
        raise Damaged(_("Its checksum differs: some of its bytes were changed or are missing."))
    facts: dict[str, Any] = {"size": size, "sha256": digest, "verified_at": timezone.now()}
    if not backup.is_encrypted:
        found = archive.verify(path, report)
        facts |= found.manifest.facts() | {"lost": max(0, found.manifest.files - found.files)}
    elif not known:
        raise Damaged(_("It is encrypted and has no checksum beside it."))
    return facts


@transaction.atomic
def judged(backup: Backup, state: str, error: str, *, by: Actor, **facts: Any) -> None:
    was, mine = backup.state, Backup.objects.filter(pk=backup.pk, lease_until=backup.lease_until)
    changes = {"verify_wanted_at": None, "version": F("version") + 1, "updated_at": timezone.now()}
    if not mine.update(state=state, error=error, **changes, **facts):
        return
    after = {"verified": state == State.VERIFIED and not error}
    Event.record(backup, by=by, verb="backup-verify", before={}, after=after, note=error)
    if state == State.DAMAGED and was != State.DAMAGED:
        tell(UNFIT, backup, backup=str(backup), error=error)


def rehearse(backup: Backup, *, by: Actor, report: Report = silent) -> None:
    """Restore a plain archive into a scratch database, compare, and write down what came of it."""
    with leased(backup, timezone.now()) as mine:
        if not mine:
            return
        error, kind = "", UNFIT
        try:
            with folder.workshop() as work:
                telling = both(to_row(backup), report)
                rehearsal.rehearse(folder.path_of(backup.name or ""), work, telling)
        except LeaseLost:
            return
        except Damaged as fault:
            error = words_of(fault)
        except Exception as fault:  # whatever it was, it was no rehearsal, and the archive may be sound
            error, kind = words_of(fault), UNREHEARSED
        rehearsed(backup, error, kind, by=by)


@transaction.atomic
def rehearsed(backup: Backup, error: str, kind: Kind = UNREHEARSED, *, by: Actor) -> None:
    """Write down how a rehearsal ended, and tell of it unless the one before failed of the same."""
    last = Backup.objects.filter(rehearsed_at__isnull=False).order_by("-rehearsed_at").first()
    Backup.objects.filter(pk=backup.pk).update(rehearsed_at=timezone.now(), rehearsal_error=error)
    Event.record(backup, by=by, verb="backup-rehearse", after={"restored": not error}, note=error)
    if error and (last is None or last.rehearsal_error != error):
        tell(kind, backup, backup=str(backup), error=error)


def is_rehearsal_due(at: datetime) -> bool:
    """One that succeeded is good for a week, one that failed is tried again the next day."""
    tried = Backup.objects.filter(rehearsed_at__gt=at - DAY)
    return not tried.exists() and not Backup.objects.filter(rehearsed_at__gt=at - WEEK, rehearsal_error="").exists()
