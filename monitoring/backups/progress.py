"""Who is told how far the work is: the row of a backup, or the terminal."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from monitoring.backups.faults import LeaseLost
from monitoring.models import Backup
from monitoring.models.backup import LEASE

# Called with the phase, what is done of it and what there is in all; 0 where nobody can know.
type Report = Callable[[str, int, int], None]

EVERY = 1.0  # seconds between two writings
REDRAW = 0.1  # seconds between two drawings of the bar
WIDTH = 30  # characters of the bar


@dataclass
class Told:
    """What was told last, and when."""

    phase: str = ""
    at: float = 0.0


def silent(phase: str, done: int, total: int) -> None:
    """Tell nobody."""


def to_row(backup: Backup, *, every: float = EVERY) -> Report:
    """Keep the row's progress and its lease. Raises LeaseLost when the row is no longer ours."""
    told = Told()

    def report(phase: str, done: int, total: int) -> None:
        now = time.monotonic()
        if phase == told.phase and now - told.at < every:
            return
        told.phase, told.at = phase, now
        lease = timezone.now() + LEASE
        mine = Backup.objects.filter(pk=backup.pk, lease_until=backup.lease_until)
        if not mine.update(phase=phase, done=done, total=total, lease_until=lease, version=F("version") + 1):
            raise LeaseLost(_("Another process took this backup over: this one was silent for too long."))
        backup.lease_until = lease

    return report


def to_terminal(stream: TextIO | None = None) -> Report:
    """Draw a bar on a terminal; elsewhere write a line for each phase."""
    told, out = Told(), stream or sys.stderr
    labels = dict(Backup.Phase.choices)

    def report(phase: str, done: int, total: int) -> None:
        now, is_new = time.monotonic(), phase != told.phase
        label = str(labels.get(phase, phase))
        if not out.isatty():
            if is_new:
                out.write(f"{label}\n")
        elif is_new or now - told.at > REDRAW or done == total:
            out.write(f"{chr(10) if is_new and told.phase else ''}\r{label} {bar(done, total)}")
        else:
            return
        out.flush()
        told.phase, told.at = phase, now

    return report


def bar(done: int, total: int) -> str:
    if not total:
        return "…"
    full = min(WIDTH, WIDTH * done // total)
    return f"[{'#' * full}{'.' * (WIDTH - full)}] {min(100, 100 * done // total):3d} %"


def both(*reports: Report) -> Report:
    def report(phase: str, done: int, total: int) -> None:
        for each in reports:
            each(phase, done, total)

    return report
