"""What follows from the duty table: who is on duty at a moment, who comes next, and where nobody is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, Self

from django.db.models import F

from accounts.models import User
from incidents.models import Duty, DutyQuerySet

LOOKED_AHEAD = timedelta(weeks=5)  # so far gaps are looked for, and whoever comes next


class Span(NamedTuple):
    """A stretch of time with one person on duty, or with nobody."""

    start: datetime
    finish: datetime
    duty: Duty | None

    @property
    def person(self) -> User | None:
        return self.duty.person if self.duty else None

    @property
    def instead_of(self) -> User | None:
        return self.duty.original.person if self.duty and self.duty.original else None

    @property
    def length(self) -> timedelta:
        return self.finish - self.start


class Row:
    """Duties that do not overlap, in order."""

    def __init__(self, duties: Iterable[Duty]):
        self.duties = sorted(duties, key=lambda duty: duty.start)
        self.starts = [duty.start for duty in self.duties]

    def at(self, moment: datetime) -> Duty | None:
        place = bisect_right(self.starts, moment) - 1
        return self.duties[place] if place >= 0 and self.duties[place].finish > moment else None


class Schedule:
    """Who is on duty in [start, finish): a substitution goes before the duty it is part of.

    Whoever was deactivated is not on duty any more: their time is a gap, or their substitute's. With
    `everybody` it is told as it was then.
    """

    def __init__(self, duties: Iterable[Duty], start: datetime, finish: datetime, *, everybody: bool = False):
        self.start, self.finish = start, finish
        manned = [duty for duty in duties if everybody or duty.person.is_active]
        self.shifts = Row(duty for duty in manned if not duty.is_substitution)
        self.substitutions = Row(duty for duty in manned if duty.is_substitution)

    @classmethod
    def between(cls, start: datetime, finish: datetime, *, everybody: bool = False) -> Self:
        """One query."""
        return cls(Duty.objects.between(start, finish).for_list(), start, finish, everybody=everybody)

    def at(self, moment: datetime) -> Duty | None:
        return self.substitutions.at(moment) or self.shifts.at(moment)

    @cached_property
    def spans(self) -> list[Span]:
        """Return who is on duty when, without a break from beginning to end; equal neighbours are one."""
        known = [*self.shifts.duties, *self.substitutions.duties]
        ends = {end for duty in known for end in (duty.start, duty.finish) if self.start < end < self.finish}
        moments = [self.start, *sorted(ends), self.finish]
        spans: list[Span] = []
        for start, finish in pairwise(moments):
            duty = self.at(start)
            if spans and spans[-1].duty == duty:
                spans[-1] = spans[-1]._replace(finish=finish)
            else:
                spans.append(Span(start, finish, duty))
        return spans

    @property
    def gaps(self) -> list[Span]:
        """Return where nobody is on duty."""
        return [span for span in self.spans if span.duty is None]


def now(at: datetime) -> Duty | None:
    """Return the duty that counts at a moment, with its person; None: nobody is on duty. One query."""
    return counting(at).for_list().first()


def person_at(at: datetime) -> User | None:
    """Return who is on duty at a moment; where nobody is, that is found out at the least cost."""
    pk = counting(at).values_list("person", flat=True).first()
    return None if pk is None else User.objects.get(pk=pk)


def counting(at: datetime) -> DutyQuerySet:
    """Return the duties of a moment, the one that counts first: a substitution before what it replaces."""
    rows = Duty.objects.present().filter(start__lte=at, finish__gt=at, person__is_active=True)
    return rows.order_by(F("original").desc(nulls_last=True))


def after(at: datetime) -> Span | None:
    """Return the next stretch of somebody else than whoever is on duty at a moment; None: nobody is planned."""
    spans = Schedule.between(at, at + LOOKED_AHEAD).spans
    present = spans[0].person
    return next((span for span in spans[1:] if span.person and span.person != present), None)
