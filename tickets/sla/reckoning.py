"""The arithmetic of a promise in working time, free of the database.

A clock runs from `start` over `minutes` of working time and stands while the ticket waits for its creator.
Due = the first moment by which so much is worked outside the pauses; nothing is due while a pause lasts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from accounts.working_time import MICROSECOND, MINUTE, WorkingTime

NOTHING = timedelta(0)


class Standstill(NamedTuple):
    """From one moment to another in which no clock runs; it still lasts when it has no finish."""

    start: datetime
    finish: datetime | None


class State(StrEnum):
    """How a promise stands."""

    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


def joined(pauses: Iterable[Standstill]) -> list[Standstill]:
    """Return the pauses in order, those that overlap or touch as one."""
    found: list[Standstill] = []
    for pause in sorted(pauses, key=lambda one: one.start):
        last = found[-1] if found else None
        if last is None or (last.finish is not None and pause.start > last.finish):
            found.append(pause)
        elif last.finish is not None:
            finish = None if pause.finish is None else max(last.finish, pause.finish)
            found[-1] = Standstill(last.start, finish)
    return found


@dataclass(frozen=True)
class Clock:
    """One promise: `minutes` of working time from `start`; kept at `stopped`, None while nobody has kept it."""

    working: WorkingTime
    start: datetime
    minutes: int
    pauses: Sequence[Standstill] = ()
    stopped: datetime | None = None
    warning_share: int = 80  # per cent of the minutes after which a warning is due

    @cached_property
    def standstills(self) -> list[Standstill]:
        """The pauses as far as they matter: cut where the clock begins and where it was stopped."""
        return joined(cut for pause in self.pauses if (cut := self.cut(pause)))

    def cut(self, pause: Standstill) -> Standstill | None:
        start, finish = max(pause.start, self.start), pause.finish
        if self.stopped is not None:
            finish = self.stopped if finish is None else min(finish, self.stopped)
        return Standstill(start, finish) if finish is None or start < finish else None

    @cached_property
    def due(self) -> datetime | None:
        """The moment up to which it is kept in time; None while a pause lasts, or where work is never done."""
        return self.when(timedelta(minutes=self.minutes))

    @cached_property
    def warn(self) -> datetime | None:
        """The moment from which a warning is due."""
        return self.when(timedelta(minutes=self.minutes) * self.warning_share / 100)

    def when(self, wanted: timedelta) -> datetime | None:
        """Return the first moment by which so much is worked outside the pauses."""
        moment = self.start
        for pause in self.standstills:
            before = self.working.working_time(moment, pause.start)
            if wanted <= before:
                break
            if pause.finish is None:
                return None
            wanted -= before
            moment = pause.finish
        return self.working.add_working(moment, Fraction(wanted // MICROSECOND, MINUTE))

    def used(self, at: datetime) -> timedelta:
        """Return how much of it is worked at `at`, or was when it was kept."""
        until = at if self.stopped is None else min(at, self.stopped)
        moment, total = self.start, NOTHING
        for pause in self.standstills:
            if pause.start >= until:
                break
            total += self.working.working_time(moment, pause.start)
            moment = pause.finish or until
        return total + self.working.working_time(moment, until)

    def left(self, at: datetime) -> timedelta:
        """Return how much is left at `at`, less than nothing when it is late."""
        return timedelta(minutes=self.minutes) - self.used(at)

    def state(self, at: datetime) -> State:
        if self.stopped is not None:
            return State.MET if self.left(self.stopped) >= NOTHING else State.MISSED
        if self.left(at) < NOTHING:
            return State.LATE
        if any(pause.start <= at and (pause.finish is None or at < pause.finish) for pause in self.standstills):
            return State.PAUSED
        soon = self.used(at) >= timedelta(minutes=self.minutes) * self.warning_share / 100
        return State.SOON if soon else State.RUNNING
