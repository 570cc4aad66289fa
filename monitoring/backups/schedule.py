"""What the beat asks for each minute: look at the folder, make what is due, prove what waits, warn of what is late."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Min
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.backups import copying, folder, proving, services
from monitoring.backups.faults import FAILURES, words_of
from monitoring.backups.notifications import LATE, tell
from monitoring.backups.services import RETRY, State, newest_verified, system
from monitoring.models import Backup
from monitoring.models.backup import ON_DISK
from workflow.models import Event

logger = logging.getLogger(__name__)
LATE_AFTER = timedelta(hours=26)
SETTLED = timedelta(seconds=30)  # since a file was last written to
SLACK = timedelta(hours=2)  # for those who back up less often than daily


def tick(*, at: datetime) -> None:
    """Do whatever is due at `at`; harmless when many do so at once. What fails keeps nothing else from being done."""
    for step in STEPS:
        attempt(step, at)


def attempt(step: Callable[[datetime], None], at: datetime) -> None:
    try:
        step(at)
    except Exception as error:
        logger.error("backup: %s: %s", step.__name__, words_of(error), exc_info=not isinstance(error, FAILURES))
        connection.close_if_unusable_or_obsolete()


def interval() -> timedelta | None:
    """Return how often a backup is made, None for only when somebody asks."""
    return timedelta(seconds=settings.SLEEP_DB_BACKUP) if settings.SLEEP_DB_BACKUP > 0 else None


def limit() -> timedelta:
    """Return the age from which the newest backup is too old."""
    return max(LATE_AFTER, (interval() or timedelta()) + SLACK)


def is_late(newest: Backup | None, at: datetime) -> bool:
    """Say whether the newest verified backup is too old, or there should long be one."""
    if newest is None or newest.taken_at is None:
        began = Backup.objects.aggregate(began=Min("created_at"))["began"]
        return interval() is not None and began is not None and at - began > limit()
    return interval() is not None and at - newest.taken_at > limit()


def fault() -> Any:
    """Say in a line what is wrong with the backups now, for whoever judges the installation; else nothing."""
    if is_late(newest_verified(), timezone.now()):
        return gettext_lazy("there is no new verified backup")
    last = Backup.objects.filter(finished_at__isnull=False).order_by("-finished_at", "-pk").first()
    if last and last.state == State.FAILED:
        return format_lazy(gettext_lazy("the last attempt failed: {error}"), error=last.error)
    rehearsal = Backup.objects.filter(rehearsed_at__isnull=False).order_by("-rehearsed_at").first()
    if rehearsal and rehearsal.rehearsal_error:
        return format_lazy(gettext_lazy("the last rehearsal failed: {error}"), error=rehearsal.rehearsal_error)
    uncopied = Backup.objects.verified().exclude(copy_error="").first() if copying.is_wanted() else None
    if uncopied:
        return format_lazy(gettext_lazy("not copied to the other storage: {error}"), error=uncopied.copy_error)
    return ""


def take_stock(at: datetime) -> None:
    """Make rows and folder agree: what broke off is said, what stands there is listed, what is gone is said.

    Others publish and remove meanwhile. A row has its name before the file has it and is verified after: so the rows
    that should have a file are read before the folder, and the names that are known after it.
    """
    break_off(at)
    folder.sweep()
    expected = set(Backup.objects.on_disk().values_list("name", flat=True))
    there = folder.names()
    known = set(Backup.objects.filter(name__isnull=False).values_list("name", flat=True))
    for name in sorted(there - known):
        list_found(name)
    gone = Backup.objects.on_disk().unleased(at).filter(name__in=expected - there)
    gone.update(state=State.MISSING, verify_wanted_at=None, version=F("version") + 1, updated_at=at)
    for backup in Backup.objects.filter(name__in=there).exclude(deleted_at=None, state__in=PRESENT):
        take_back(backup, at)


def take_back(backup: Backup, at: datetime) -> None:
    """List a file again that was gone or removed. One that is newer than its absence was put there by somebody."""
    changed = folder.changed_at(backup.name or "")
    if changed is None:
        return
    facts = {"state": State.FOUND, "verify_wanted_at": at, "version": F("version") + 1, "updated_at": at}
    if backup.deleted_at or changed > backup.updated_at:
        facts["finished_at"] = None
    with transaction.atomic():
        if backup.deleted_at:
            backup.unhide(by=system(), note=_("Its file stands in the folder again."))
        Backup.objects.filter(pk=backup.pk).update(**facts)


@transaction.atomic
def list_found(name: str) -> None:
    """Give a file without a row one, as after a fresh installation; it is verified next."""
    by = system()
    taken = folder.taken_at(name)
    facts = {"state": State.FOUND, "taken_at": taken, "verify_wanted_at": taken, "is_encrypted": name.endswith(".age")}
    try:
        facts["size"] = folder.path_of(name).stat().st_size
    except FileNotFoundError:  # removed meanwhile
        return
    backup, is_new = Backup.objects.get_or_create(name=name, defaults={"made_by": by.user, **facts})
    if is_new:
        Event.record(backup, by=by, verb="backup-find", after={"file": name})


def break_off(at: datetime) -> None:
    """Let go of what a killed process held."""
    for backup in Backup.objects.filter(state=State.RUNNING, lease_until__lte=at):
        services.fail(backup, _("It was broken off: its process ended, or the database was away."), by=system())
    Backup.objects.exclude(state=State.RUNNING).filter(lease_until__lte=at).update(lease_until=None, phase="")


def order_if_due(at: datetime) -> None:
    every = interval()
    if every is None or Backup.objects.present().filter(state__in=[State.WAITING, State.RUNNING]).exists():
        return
    last = Backup.objects.filter(finished_at__isnull=False).order_by("-finished_at", "-pk").first()
    newest = newest_verified()
    done = newest.taken_at if newest and newest.taken_at else None
    tried = last.finished_at if last and last.finished_at and last.state == State.FAILED else None
    if (done is None or at - done >= every) and (tried is None or at - tried >= min(every, RETRY)):
        services.ordered(by=system())


def make_waiting(at: datetime) -> None:
    backup = Backup.objects.present().filter(state=State.WAITING).order_by("pk").first()
    if backup and services.claim(backup, at):
        services.run(backup, by=system())


def verify_waiting(at: datetime) -> None:
    for backup in Backup.objects.on_disk().unleased(at).filter(verify_wanted_at__isnull=False).newest_first():
        if not is_arriving(backup, at):
            proving.verify(backup, by=system())


def is_arriving(backup: Backup, at: datetime) -> bool:
    """Say whether somebody may still be copying the file into the folder."""
    changed = folder.changed_at(backup.name or "") if backup.state == State.FOUND else None
    return changed is not None and at - changed < SETTLED


def rehearse_if_due(at: datetime) -> None:
    """Rehearse the newest plain one weekly; encrypted ones are rehearsed while they are made."""
    newest = newest_verified()
    if newest and not newest.is_encrypted and proving.is_rehearsal_due(at):
        proving.rehearse(newest, by=system())


def warn_if_late(at: datetime) -> None:
    """Tell once that there is no new backup; the next one opens the way for another warning."""
    newest = newest_verified()
    if not is_late(newest, at):
        return
    anchor = newest or Backup.objects.order_by("pk").first()
    with transaction.atomic():
        untold = Backup.objects.filter(pk=anchor.pk if anchor else None, late_told_at=None)
        if anchor and untold.update(late_told_at=at):
            hours = round(limit().total_seconds() / 3600)
            tell(LATE, anchor, hours=hours, newest=newest.name if newest else "—")


PRESENT = [State.RUNNING, *ON_DISK]  # states in which a name is no surprise
STEPS = [
    take_stock,
    order_if_due,
    make_waiting,
    verify_waiting,
    rehearse_if_due,
    copying.copy_due,
    warn_if_late,
]
