"""Lock-out: who fails too often waits. Judged on failures alone, over by itself.

An account from one address after PER_ACCOUNT failures within WINDOW, an address alone after PER_ADDRESS. The same
account over many addresses is only slowed down, or anybody could lock anybody out. What is typed for an unknown
account counts the same, so that a lock tells nothing.
"""

import time
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from threading import BoundedSemaphore

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import FailedSignIn
from accounts.throttle import Wait

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 100
PAUSE_STEP, LONGEST_PAUSE = 0.25, 3.0  # seconds
pauses = BoundedSemaphore(2)  # threads of this process that may be kept waiting at once


class Locked(Wait):
    """Too many failures; the next attempt is heard at `until`."""

    def __init__(self, until: datetime):
        seconds = max(1, ceil((until - timezone.now()).total_seconds()))
        super().__init__(_("Too many failed attempts. Try again in %(wait)s.") % {"wait": readable(seconds)}, seconds)


def readable(seconds: int) -> str:
    if seconds < 60:
        return _("%(seconds)s s") % {"seconds": seconds}
    return _("%(minutes)s min") % {"minutes": ceil(seconds / 60)}


def guarded[Found](
    account: str, *, address: str | None, door: str, attempt: Callable[[], Found | None]
) -> Found | None:
    """Return what `attempt` finds; None is a failure and is written down. Raises Locked.

    Asked once more after the attempt, a failure only of those written before it, so that of many at once no more
    than the limit learn that they were wrong. Call it outside transactions: a failure must stay written when its
    caller refuses.
    """
    account = normal(account)
    refuse_locked(account, address)
    slow_down(account)
    found = attempt()
    failed = None if found is not None else FailedSignIn.objects.create(account=account, address=address, door=door)
    refuse_locked(account, address, before=failed)
    return found


def normal(account: str) -> str:
    """Return `account` so that every spelling the database takes for the same name is one text."""
    folded = unicodedata.normalize("NFKC", account).upper().lower()
    return "".join(character for character in folded if character >= " ")[:254]


def refuse_locked(account: str, address: str | None, *, before: FailedSignIn | None = None) -> None:
    failed = FailedSignIn.objects.since(timezone.now() - WINDOW).filter(address=address)
    if before:
        failed = failed.filter(pk__lt=before.pk)
    ends = [nth_newest(failed.filter(account=account), PER_ACCOUNT)]
    if address is not None:
        ends.append(nth_newest(failed, PER_ADDRESS))
    if over := [end + WINDOW for end in ends if end]:
        raise Locked(max(over))


def nth_newest(failed: QuerySet[FailedSignIn], number: int) -> datetime | None:
    return failed.order_by("-at").values_list("at", flat=True)[number - 1 : number].first()


def slow_down(account: str) -> None:
    """Keep the caller waiting the longer the more often the account failed, from whatever addresses."""
    failed = FailedSignIn.objects.since(timezone.now() - WINDOW).filter(account=account)
    excess = failed.count() - PER_ACCOUNT
    if excess <= 0:
        return
    pause = min(excess * PAUSE_STEP, LONGEST_PAUSE)
    if not pauses.acquire(blocking=False):
        raise Locked(timezone.now() + timedelta(seconds=pause))
    try:
        time.sleep(pause)
    finally:
        pauses.release()
