"""What a process remembers of sums it has made, as long as the journal still says the same.

Sums of very many cases cost a second. Before they are made, the journal is asked for its state: how many cases the
question touches, which ones, in which versions, and when the newest of them changed. Whoever changes a case raises its
version, so the same state means the same cases. Nothing remembered is ever older than the last change, whichever
process made it; without memory everything is the same, only slower.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Count, Max, Sum, When

from suspensions.models.suspension import SuspensionQuerySet

LARGE = 2000  # cases, from which on sums are worth remembering
SHELVES = 64
RECENT = 7  # days, in which what began belongs to a month that may still change
SUMS = {
    "many": Count("pk"),
    "cases": Sum("pk"),
    "versions": Sum("version"),
    "newest": Max("updated_at"),
    "reaches": Max("finish"),
}

shelves: OrderedDict[Hashable, Any] = OrderedDict()
lock = Lock()


class State(NamedTuple):
    """A set of cases as it is: another answer after every change of any of them."""

    many: int
    cases: int | None
    versions: int | None
    newest: datetime | None
    reaches: datetime | None = None  # the last finish of all

    @property
    def is_large(self) -> bool:
        return self.many >= LARGE

    def as_of(self, now: datetime) -> datetime:
        """Return the moment to count to: this one, for many cases the last whole minute or a later last change."""
        minute = now.replace(second=0, microsecond=0)
        return min(now, max(minute, self.newest or minute)) if self.is_large else now


class Settled(NamedTuple):
    """What is long over: cases that began before a moment and have a finish. They rarely change."""

    state: State
    before: datetime
    is_all: bool  # no other cases are asked about


def states_of(cases: SuspensionQuerySet, now: datetime) -> tuple[State, Settled | None]:
    """Return the state of the cases, and that of those that are long over, where they are many."""
    before = (now - timedelta(days=RECENT)).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    over = Case(When(finish__isnull=False, start__lt=before, then=True), default=False, output_field=BooleanField())
    parts = cases.order_by().annotate(over=over).values("over").annotate(**SUMS)
    found = {bool(part.pop("over")): State(**part) for part in parts}
    none = State(0, None, None, None)
    settled, rest = found.get(True, none), found.get(False, none)
    whole = State(
        settled.many + rest.many,
        (settled.cases or 0) + (rest.cases or 0),
        (settled.versions or 0) + (rest.versions or 0),
        max(filter(None, (settled.newest, rest.newest)), default=None),
        max(filter(None, (settled.reaches, rest.reaches)), default=None),
    )
    return whole, Settled(settled, before, not rest.many) if settled.is_large else None


def state_of(cases: SuspensionQuerySet) -> State:
    return State(**cases.order_by().aggregate(**SUMS))


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
