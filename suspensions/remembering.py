"""What a process remembers of sums it has made, as long as the journal still says the same.

Sums of very many cases cost a second. Before they are made, the journal is asked for its state: how many cases the
question touches, which ones, in which versions, and when the newest of them changed. Whoever changes a case raises its
version, so the same state means the same cases. Nothing remembered is ever older than the last change, whichever
process made it; without memory everything is the same, only slower.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

from django.db.models import Count, Max, Sum

from suspensions.models.suspension import SuspensionQuerySet

LARGE = 2000  # cases, from which on sums are worth remembering
SHELVES = 64

shelves: OrderedDict[Hashable, Any] = OrderedDict()
lock = Lock()


class State(NamedTuple):
    """A set of cases as it is: another answer after every change of any of them."""

    many: int
    cases: int | None
    versions: int | None
    newest: datetime | None

    @property
    def is_large(self) -> bool:
        return self.many >= LARGE

    def as_of(self, now: datetime) -> datetime:
        """Return the moment to count to: this one, for many cases the last whole minute or a later last change."""
        minute = now.replace(second=0, microsecond=0)
        return min(now, max(minute, self.newest or minute)) if self.is_large else now


def state_of(cases: SuspensionQuerySet) -> State:
    sums = {"many": Count("pk"), "cases": Sum("pk"), "versions": Sum("version"), "newest": Max("updated_at")}
    return State(**cases.order_by().aggregate(**sums))


def recall(state: State, about: Hashable, make: Callable[[], Any]) -> Any:
    """Return what `make` made of these cases before, else what it makes now; few cases are not worth it.

    `about` is all that the answer depends on beside the cases. What is returned is shared: nobody changes it.
    """
    if not state.is_large:
        return make()
    with lock:
        known = shelves.get((state, about))
    if known is None:
        known = make()
        with lock:
            shelves[state, about] = known
            while len(shelves) > SHELVES:
                shelves.popitem(last=False)
    return known
