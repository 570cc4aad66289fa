"""The verbs of backups. What is due stands in rows; whoever does it holds a lease, so many may try at once."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import require
from monitoring.backups import archive, copying, encryption, folder, making, rehearsal
from monitoring.backups.faults import Damaged, Fault, LeaseLost
from monitoring.backups.notifications import FAILED, UNFIT, tell
from monitoring.backups.nudge import nudge
from monitoring.backups.progress import Report, both, silent, to_row
from monitoring.models import Backup
from monitoring.models.backup import LEASE
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event

logger = logging.getLogger(__name__)
WEEK = timedelta(days=7)
RETRY = timedelta(hours=1)  # after a failure, at the latest
State = Backup.State


def newest_verified() -> Backup | None:
    """Return the backup to restore from, None when there is none."""
    return Backup.objects.verified().newest_first().first()


def newest_verified_at() -> datetime | None:
    """Return the moment that it shows, for whoever judges the health of the installation."""
    newest = newest_verified()
    return newest.taken_at if newest else None


@transaction.atomic
def order(*, by: Actor, note: str = "") -> Backup:
    """Ask for a backup; a worker makes it. One that waits already is returned instead of a second."""
    backup = ordered(by=by, note=note)
    transaction.on_commit(nudge, robust=True)
    return backup


def ordered(*, by: Actor, note: str = "") -> Backup:
    require(by.user, "backup.create")
    waiting = Backup.objects.present().filter(state=State.WAITING).order_by("pk").first()
    if waiting:
        return waiting
    backup = Backup.objects.create(made_by=by.user)
    Event.record(backup, by=by, verb="backup-order", note=note)
    return backup


def make_now(*, by: Actor, report: Report = silent) -> Backup:
    """Make a backup in this process. Raises Conflict while another one is being made, Fault when it fails."""
    with transaction.atomic():
        backup = ordered(by=by)
    if not claim(backup, timezone.now()):
        raise Conflict(backup, _("A backup is being made this moment."))
    run(backup, by=by, report=report)
    if backup.state != State.VERIFIED:
        raise Fault(backup.error)
    return backup


def claim(backup: Backup, at: datetime) -> bool:
    """Take a waiting backup, unless somebody makes one: of many who try at once one succeeds."""
    lease = at + LEASE
    waiting = Backup.objects.present().filter(pk=backup.pk, state=State.WAITING)
    try:
        with transaction.atomic():
            taken = waiting.update(state=State.RUNNING, lease_until=lease, version=F("version") + 1, updated_at=at)
    except IntegrityError:  # the database allows one running backup
        return False
    backup.refresh_from_db()
    return bool(taken)


def run(backup: Backup, *, by: Actor, report: Report = silent) -> None:
    """Make a claimed backup and say what came of it; nothing is raised but what ends the process."""
    telling = both(to_row(backup), report)
    try:
        with translation.override(settings.LANGUAGE_CODE):
            made = making.make(telling, rehearse=is_rehearsal_due(timezone.now()))
        succeed(backup, made, by=by)
    except LeaseLost as error:
        logger.error("backup: %s", error)
        backup.refresh_from_db()
        return
    except (Fault, OSError, DatabaseError) as error:
        logger.critical("backup: %s", words_of(error), exc_info=not isinstance(error, Fault))
        fail(backup, words_of(error), by=by)
        return
    keep_newest(by=by)
    copy_due(report=report)


def words_of(error: Exception) -> str:
    """Return what went wrong, for people; of the operating system's complaints without our temporary names."""
    text = str(error.strerror or error) if isinstance(error, OSError) else str(error)
    text = " ".join(text.split()) or type(error).__name__
    return text if text.endswith(".") else f"{text}."


@transaction.atomic
def succeed(backup: Backup, made: making.Made, *, by: Actor) -> None:
    now = timezone.now()
    facts = {
        "name": made.name, "size": made.size, "sha256": made.sha256, "taken_at": made.taken_at, "lost": made.lost,
        **facts_of(made.manifest), "is_encrypted": encryption.is_wanted(), "verified_at": now, "finished_at": now,
        "rehearsed_at": now if made.rehearsed else None,
    }  # fmt: skip
    finish(backup, State.VERIFIED, error="", **facts)
    after = {"file": made.name, "size": made.size, "sha256": made.sha256, "lost": made.lost}
    Event.record(backup, by=by, verb="backup-make", after=after)


def facts_of(manifest: archive.Manifest) -> dict[str, Any]:
    return {
        "engine": manifest.engine,
        "application_version": manifest.application_version,
        "rows": manifest.rows,
        "files": manifest.files,
    }


def finish(backup: Backup, state: str, **fields: Any) -> None:
    """Write down how our work ended. Raises LeaseLost when it is no longer ours."""
    mine = Backup.objects.filter(pk=backup.pk, lease_until=backup.lease_until)
    rest = {"phase": "", "done": 0, "total": 0, "lease_until": None, "version": F("version") + 1}
    if not mine.update(state=state, updated_at=timezone.now(), **rest, **fields):
        raise LeaseLost(_("Another process took this backup over."))
    backup.refresh_from_db()


def fail(backup: Backup, reason: str, *, by: Actor) -> None:
    """Write down that it failed, and tell of it unless the one before failed as well."""
    try:
        with transaction.atomic():
            finish(backup, State.FAILED, error=reason, finished_at=timezone.now())
            Event.record(backup, by=by, verb="backup-fail", note=reason)
            if is_first_failure(backup):
                tell(FAILED, backup, error=reason)
    except (DatabaseError, LeaseLost) as error:
        logger.critical("backup: that it failed cannot be written down: %s", words_of(error))
        backup.state, backup.error = State.FAILED, reason


def is_first_failure(backup: Backup) -> bool:
    tried = Backup.objects.filter(finished_at__isnull=False).exclude(pk=backup.pk)
    last = tried.order_by("-finished_at", "-pk").first()
    return last is None or last.state != State.FAILED


def keep_newest(*, by: Actor) -> int:
    """Remove what is older than the newest so many verified ones, and return how many; the last good one stays."""
    kept = list(Backup.objects.verified().newest_first()[: settings.MAX_DB_BACKUP_FILES])
    if len(kept) < settings.MAX_DB_BACKUP_FILES:
        return 0
    others = Backup.objects.on_disk().unleased(timezone.now()).exclude(pk__in=[backup.pk for backup in kept])
    older = list(others.filter(taken_at__lte=kept[-1].taken_at))
    for backup in older:
        put_away(backup, by=by, note=_("Newer ones are kept."))
    return len(older)


def put_away(backup: Backup, *, by: Actor, note: str) -> None:
    """Hide the row, then remove the file: broken off in between, the next tick finds a file and lists it again."""
    backup.hide(by=by, note=note)
    if backup.name:
        folder.remove(backup.name)
        if copying.is_wanted():
            copying.forget(backup.name)


def remove(backup: Backup, *, by: Actor, note: str) -> None:
    """Remove a backup for good, for a reason. Raises Conflict for one in work and for the only good one."""
    require(by.user, "backup.delete", backup)
    if backup.is_busy:
        raise Conflict(backup, _("Somebody works on it this moment."))
    if backup.state == State.VERIFIED and Backup.objects.verified().count() == 1:
        raise Conflict(backup, _("It is the only verified backup: make another one first."))
    put_away(backup, by=by, note=note)


def download(backup: Backup, *, by: Actor) -> Any:
    """Open the archive for whoever takes it; the timeline tells who did. Raises Conflict when it is not there."""
    require(by.user, "backup.download", backup)
    try:
        file = folder.path_of(backup.name or "").open("rb") if backup.is_on_disk else None
    except OSError:
        file = None
    if file is None:
        raise Conflict(backup, _("There is no file to download."))
    Event.record(backup, by=by, verb="backup-download")
    return file


@transaction.atomic
def ask_verification(backup: Backup, *, by: Actor, note: str = "") -> None:
    """Have the archive read through and compared; a worker does it. Raises Conflict where there is no file."""
    require(by.user, "backup.verify", backup)
    backup.expect_present()
    if not backup.is_on_disk:
        raise Conflict(backup, _("There is no file to verify."))
    Backup.objects.filter(pk=backup.pk).update(verify_wanted_at=timezone.now(), version=F("version") + 1)
    backup.refresh_from_db()
    Event.record(backup, by=by, verb="backup-verify-order", note=note)
    transaction.on_commit(nudge, robust=True)


@contextmanager
def leased(backup: Backup, at: datetime) -> Iterator[bool]:
    """Say whether this process may work on a finished backup; the lease ends with the work."""
    lease = at + LEASE
    free = Backup.objects.present().filter(pk=backup.pk).unleased(at)
    taken = bool(free.update(lease_until=lease, version=F("version") + 1))
    backup.lease_until = lease if taken else backup.lease_until
    try:
        yield taken
    finally:
        if taken:
            mine = Backup.objects.filter(pk=backup.pk, lease_until=backup.lease_until)
            mine.update(lease_until=None, phase="", done=0, total=0, version=F("version") + 1)
            backup.refresh_from_db()


def verify(backup: Backup, *, by: Actor, report: Report = silent) -> None:
    """Read an archive through and write down whether it is what was sealed."""
    with leased(backup, timezone.now()) as mine:
        if not mine:
            return
        try:
            facts = verified_facts(backup, both(to_row(backup), report))
            state, error = State.VERIFIED, ""
        except FileNotFoundError:
            facts, state, error = {}, State.MISSING, ""
        except Damaged as fault:
            facts, state, error = {}, State.DAMAGED, str(fault)
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
        facts |= facts_of(found.manifest) | {"lost": max(0, found.manifest.files - found.files)}
    elif not known:
        raise Damaged(_("It is encrypted and has no checksum beside it."))
    return facts


@transaction.atomic
def judged(backup: Backup, state: str, error: str, *, by: Actor, **facts: Any) -> None:
    was = backup.state
    changes = {"state": state, "error": error, "verify_wanted_at": None, "version": F("version") + 1, **facts}
    Backup.objects.filter(pk=backup.pk, lease_until=backup.lease_until).update(**changes)
    after = {"verified": state == State.VERIFIED}
    Event.record(backup, by=by, verb="backup-verify", before={}, after=after, note=error)
    if state == State.DAMAGED and was != State.DAMAGED:
        tell(UNFIT, backup, backup=str(backup), error=error)


def rehearse(backup: Backup, *, by: Actor, report: Report = silent) -> None:
    """Restore a plain archive into a scratch database, compare, and write down what came of it."""
    with leased(backup, timezone.now()) as mine:
        if not mine:
            return
        try:
            with folder.workshop() as work:
                telling = both(to_row(backup), report)
                rehearsal.rehearse(folder.path_of(backup.name or ""), work, telling)
            error = ""
        except (Fault, OSError, DatabaseError) as fault:
            error = words_of(fault)
        rehearsed(backup, error, by=by)


@transaction.atomic
def rehearsed(backup: Backup, error: str, *, by: Actor) -> None:
    Backup.objects.filter(pk=backup.pk).update(rehearsed_at=timezone.now(), rehearsal_error=error)
    Event.record(backup, by=by, verb="backup-rehearse", after={"restored": not error}, note=error)
    if error:
        tell(UNFIT, backup, backup=str(backup), error=error)


def is_rehearsal_due(at: datetime) -> bool:
    return not Backup.objects.filter(rehearsed_at__gt=at - WEEK).exists()


def copy_due(*, report: Report = silent, at: datetime | None = None) -> None:
    """Copy the newest verified backup to the other storage, where there is one and it is not there yet."""
    at = at or timezone.now()
    backup = newest_verified() if copying.is_wanted() else None
    if backup is None or backup.copied_at or (backup.copy_tried_at and at - backup.copy_tried_at < RETRY):
        return
    with leased(backup, at) as mine:
        if mine:
            copy(backup, both(to_row(backup), report), at)


def copy(backup: Backup, report: Report, at: datetime) -> None:
    row = Backup.objects.filter(pk=backup.pk)
    try:
        copying.copy(backup.name or "", report)
    except (Fault, OSError) as error:
        row.update(copy_tried_at=at, copy_error=words_of(error))
        if not backup.copy_error:
            tell(FAILED, backup, error=words_of(error))
    else:
        row.update(copied_at=timezone.now(), copy_tried_at=at, copy_error="")


def system() -> Actor:
    return Actor(User.objects.system(), Channel.JOB)
