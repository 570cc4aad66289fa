"""How the promises of a ticket stand at a moment, told from what is stored with it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from accounts.working_time import WorkingTime
from tickets.models import Ticket
from tickets.models.ticket import PROMISES
from tickets.sla.reckoning import State

NAMES = RESPONSE, RESOLUTION = "response", "resolution"
NEEDED = (*PROMISES, "first_response_at", "resolved_at", "waiting_since")
KEPT = (State.MET, State.MISSED)


class Standing(NamedTuple):
    """One promise: `left` is working time, less than nothing when it is late, None while it stands still."""

    name: str
    state: State
    due: datetime | None
    left: timedelta | None


def standing(row: Mapping[str, Any], name: str, at: datetime, working: WorkingTime) -> Standing | None:
    """Return how one promise stands; None where nothing was promised, or it was given up.

    `row` holds columns of the ticket, as `TicketQuerySet.rows()` and `columns` return them.
    """
    due, warn, kept = row[f"{name}_due_at"], row[f"{name}_warn_at"], kept_at(row, name)
    if due is None:
        waits = kept is None and row["waiting_since"] is not None
        return Standing(name, State.PAUSED, None, None) if waits else None
    left = between(kept or at, due, working)
    if kept is not None:
        return Standing(name, State.MET if kept <= due else State.MISSED, due, left)
    if at > due:
        return Standing(name, State.LATE, due, left)
    return Standing(name, State.SOON if warn and at >= warn else State.RUNNING, due, left)


def kept_at(row: Mapping[str, Any], name: str) -> datetime | None:
    resolved: datetime | None = row["resolved_at"]
    return (row["first_response_at"] or resolved) if name == RESPONSE else resolved


def standings(row: Mapping[str, Any], at: datetime, working: WorkingTime) -> list[Standing]:
    found = (standing(row, name, at, working) for name in NAMES)
    return [one for one in found if one]


def pressing(row: Mapping[str, Any], at: datetime, working: WorkingTime) -> Standing | None:
    """Return the promise that a list shows: of those not kept yet the one that is due first."""
    waiting = [one for one in standings(row, at, working) if one.state not in KEPT]
    return min(waiting, key=lambda one: one.due or at, default=None)


def columns(ticket: Ticket) -> dict[str, Any]:
    """Return of a ticket what `standing` reads."""
    return {name: getattr(ticket, name) for name in NEEDED}


def whole_minutes(one: Standing) -> int | None:
    """Return what is left in full minutes, lateness in begun ones: late is never 0."""
    if one.left is None:
        return None
    minutes = one.left // timedelta(minutes=1)
    return min(-1, minutes) if one.state in (State.LATE, State.MISSED) else minutes


def between(start: datetime, due: datetime, working: WorkingTime) -> timedelta:
    """Return the working time from `start` to `due`, less than nothing when `due` is past."""
    return working.working_time(start, due) if start <= due else -working.working_time(due, start)
