"""What the beat asks for each minute: look at the folder, make what is due, prove what waits, warn of what is late."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from monitoring.backups import folder, services
from monitoring.backups.notifications import LATE, tell
from monitoring.backups.services import RETRY, State, copy_due, is_rehearsal_due, newest_verified, system
from monitoring.models import Backup
from workflow.models import Event

LATE_AFTER = timedelta(hours=26)
SLACK = timedelta(hours=2)  # for those who back up less often than daily


def tick(*, at: datetime) -> None:
    """Do whatever is due at `at`; harmless when many do so at once."""
    take_stock(at)
    order_if_due(at)
    make_waiting(at)
    verify_waiting(at)
    rehearse_if_due(at)
    copy_due(at=at)
    warn_if_late(at)


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


def has_none_recent() -> bool:
    """Say the same of this moment."""
    return is_late(newest_verified(), timezone.now())


def take_stock(at: datetime) -> None:
    """Make rows and folder agree: what broke off is said, what stands there is listed, what is gone is said."""
    break_off(at)
    folder.sweep()
    there = folder.names()
    known = dict(Backup.objects.filter(name__isnull=False).values_list("name", "pk"))
    for name in sorted(there - known.keys()):
        list_found(name)
    hidden = Backup.objects.deleted().filter(name__in=there)
    for backup in hidden:  # its removal was broken off
        folder.remove(backup.name or "")
    gone = Backup.objects.on_disk().unleased(at).exclude(name__in=there)
    gone.update(state=State.MISSING, verify_wanted_at=None, version=F("version") + 1)
    back = Backup.objects.present().filter(state=State.MISSING, name__in=there)
    back.update(state=State.FOUND, verify_wanted_at=at, version=F("version") + 1)


@transaction.atomic
def list_found(name: str) -> None:
    """Give a file without a row one, as after a fresh installation; it is verified next."""
    by = system()
    taken = folder.taken_at(name)
    facts = {"state": State.FOUND, "taken_at": taken, "verify_wanted_at": taken, "is_encrypted": name.endswith(".age")}
    facts["size"] = folder.path_of(name).stat().st_size
    backup, is_new = Backup.objects.get_or_create(name=name, defaults={"made_by": by.user, **facts})
    if is_new:
        Event.record(backup, by=by, verb="backup-find", after={"file": name})


def break_off(at: datetime) -> None:
    """Let go of what a killed process held."""
    for backup in Backup.objects.filter(state=State.RUNNING, lease_until__lte=at):
        services.fail(backup, _("It was broken off: its process ended."), by=system())
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
        services.verify(backup, by=system())


def rehearse_if_due(at: datetime) -> None:
    """Rehearse the newest plain one weekly; encrypted ones are rehearsed while they are made."""
    newest = newest_verified()
    if newest and not newest.is_encrypted and is_rehearsal_due(at):
        services.rehearse(newest, by=system())


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
