"""The verbs of backups. What is due stands in rows; whoever does it holds a lease, so many may try at once."""

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import require
from monitoring.backups import copying, encryption, folder, making
from monitoring.backups.faults import FAILURES, Fault, LeaseLost, words_of
from monitoring.backups.notifications import FAILED, tell
from monitoring.backups.progress import Report, both, silent, to_row
from monitoring.backups.proving import is_rehearsal_due, rehearsed
from monitoring.models import Backup
from monitoring.models.backup import LEASE
from notifications.nudge import nudge
from workflow.actor import Actor, Channel
from workflow.models import Conflict, Event

logger = logging.getLogger(__name__)
RETRY = timedelta(hours=1)  # after a failure, at the latest
GUEST = timedelta(days=30)  # that an archive stays which somebody else put into the folder
PAUSES = (1, 2, 4, 8)  # seconds to wait for a database that has to note a failure
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
    transaction.on_commit(lambda: nudge("monitoring.jobs.back_up"), robust=True)
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
        raise Fault(backup.error or _("Another process took this backup over."))
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
    with translation.override(settings.LANGUAGE_CODE):
        try:
            named, rehearse = partial(announce, backup), is_rehearsal_due(timezone.now())
            succeed(backup, making.make(telling, named, rehearse=rehearse), by=by)
        except LeaseLost as error:
            logger.error("backup: %s", error)
            backup.error = str(error)
        except Exception as error:  # whatever it is: what fails in silence is worse than no backup
            logger.critical("backup: %s", words_of(error), exc_info=not isinstance(error, FAILURES))
            fail(backup, words_of(error), by=by)
        else:
            clear_up(by=by, report=report)


def announce(backup: Backup, name: str) -> None:
    """Let the row say which file it makes, before the file is there: nobody takes it for a stranger's."""
    mine = Backup.objects.filter(pk=backup.pk, lease_until=backup.lease_until)
    if not mine.update(name=name, version=F("version") + 1):
        raise LeaseLost(_("Another process took this backup over."))


def clear_up(*, by: Actor, report: Report) -> None:
    """Do what follows a good backup. That this fails makes it no worse; it is tried again with the next one."""
    for step in (partial(keep_newest, by=by), partial(copying.copy_due, timezone.now(), report)):
        try:
            step()
        except Exception as error:
            logger.error("backup: it is made, but then: %s", words_of(error), exc_info=not isinstance(error, FAILURES))


@transaction.atomic
def succeed(backup: Backup, made: making.Made, *, by: Actor) -> None:
    now = timezone.now()
    facts = {
        "name": made.name, "size": made.size, "sha256": made.sha256, "taken_at": made.taken_at, "lost": made.lost,
        **made.manifest.facts(), "is_encrypted": encryption.is_wanted(), "verified_at": now, "finished_at": now,
    }  # fmt: skip
    finish(backup, State.VERIFIED, error="", **facts)
    after = {"file": made.name, "size": made.size, "sha256": made.sha256, "lost": made.lost}
    Event.record(backup, by=by, verb="backup-make", after=after)
    if made.rehearsal is not None:
        rehearsed(backup, made.rehearsal, by=by)
        backup.refresh_from_db()


def finish(backup: Backup, state: str, **fields: Any) -> None:
    """Write down how our work ended. Raises LeaseLost when it is no longer ours."""
    mine = Backup.objects.filter(pk=backup.pk, lease_until=backup.lease_until)
    rest = {"phase": "", "done": 0, "total": 0, "lease_until": None, "version": F("version") + 1}
    if not mine.update(state=state, updated_at=timezone.now(), **rest, **fields):
        raise LeaseLost(_("Another process took this backup over."))
    backup.refresh_from_db()


def fail(backup: Backup, reason: str, *, by: Actor) -> None:
    """Write down that it failed, and tell of it unless the one before failed as well.

    A database that is away is waited for a while; if that is too short, the row is let go when its lease is over.
    """
    for pause in (*PAUSES, 0):
        try:
            connection.close_if_unusable_or_obsolete()
            failed(backup, reason, by=by)
            return
        except (OperationalError, InterfaceError) as error:
            logger.critical("backup: that it failed cannot be written down: %s", words_of(error))
            time.sleep(pause)
        except (DatabaseError, LeaseLost) as error:
            logger.critical("backup: that it failed cannot be written down: %s", words_of(error))
            break
    backup.state, backup.error = State.FAILED, reason


@transaction.atomic
def failed(backup: Backup, reason: str, *, by: Actor) -> None:
    # Without its name: a file that got it before all broke off is whole, and is listed as one that was found.
    finish(backup, State.FAILED, error=reason, name=None, finished_at=timezone.now())
    Event.record(backup, by=by, verb="backup-fail", note=reason)
    if is_first_failure(backup):
        tell(FAILED, backup, error=reason)


def is_first_failure(backup: Backup) -> bool:
    tried = Backup.objects.filter(finished_at__isnull=False).exclude(pk=backup.pk)
    last = tried.order_by("-finished_at", "-pk").first()
    return last is None or last.state != State.FAILED


def keep_newest(*, by: Actor) -> int:
    """Remove what is older than the newest so many verified ones, and return how many; the last good one stays.

    What somebody put into the folder stays for GUEST after it was proven, and what was never proven for good.
    """
    kept = list(Backup.objects.verified().newest_first()[: settings.MAX_DB_BACKUP_FILES])
    if len(kept) < settings.MAX_DB_BACKUP_FILES:
        return 0
    now = timezone.now()
    others = Backup.objects.on_disk().unleased(now).exclude(pk__in=[backup.pk for backup in kept])
    ours = Q(finished_at__isnull=False) & ~Q(state=State.FOUND)
    guests = Q(finished_at=None, state=State.VERIFIED, verified_at__lte=now - GUEST)
    return sum(was_put_away(backup, by=by) for backup in others.filter(ours | guests, taken_at__lte=kept[-1].taken_at))


def was_put_away(backup: Backup, *, by: Actor) -> bool:
    try:
        put_away(backup, by=by, note=_("Newer ones are kept."))
    except OSError as error:
        logger.error("The old backup %s cannot be removed: %s", backup, words_of(error))
        return False
    return True


def put_away(backup: Backup, *, by: Actor, note: str) -> None:
    """Remove the file and hide the row, both or neither. Raises OSError."""
    with transaction.atomic():
        backup.hide(by=by, note=note)
        if backup.name:
            folder.remove(backup.name)
    if backup.name and copying.is_wanted():
        copying.forget(backup.name)


def remove(backup: Backup, *, by: Actor, note: str) -> None:
    """Remove a backup for good, for a reason. Raises Conflict for one in work and for the only good one."""
    require(by.user, "backup.delete", backup)
    if backup.is_busy:
        raise Conflict(backup, _("Somebody works on it this moment."))
    if backup.state == State.VERIFIED and Backup.objects.verified().count() == 1:
        raise Conflict(backup, _("It is the only verified backup: make another one first."))
    try:
        put_away(backup, by=by, note=note)
    except OSError as error:
        raise Conflict(backup, _("The file cannot be removed: %(error)s") % {"error": words_of(error)}) from error


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
    transaction.on_commit(lambda: nudge("monitoring.jobs.back_up"), robust=True)


def system() -> Actor:
    return Actor(User.objects.system(), Channel.JOB)
