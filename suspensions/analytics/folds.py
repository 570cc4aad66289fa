"""What is folded away of the journal: for which cases nobody needs to ask the database again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from accounts.working_time import datetime_of, moment_of
from suspensions.analytics.packing import unpacked
from suspensions.analytics.runs import Run, Worked
from suspensions.models import Fold, Touched

FORMAT = 3
HEAD = ("pk", "made_at", "start", "finish", "reaches", "cases")
MOST = 1000  # runs that a process keeps: more than thirteen years of them, of some kilobytes each

type Key = tuple[int, datetime]  # a fold that was made anew is another one
unfolded: dict[Key, Run] = {}
lock = Lock()


class Head(NamedTuple):
    """A fold without its content. Moments are microseconds."""

    pk: int
    made_at: datetime
    start: int
    finish: int
    reaches: int  # the last finish of its cases
    cases: int


@dataclass(frozen=True)
class Folds:
    """The folds in which no case was touched since they were made, in order."""

    heads: tuple[Head, ...]

    def within(self, start: int, finish: int) -> list[Head]:
        """Return those whose cases all lie within [start, finish), uncut."""
        return [head for head in self.heads if start <= head.start and max(head.finish, head.reaches) <= finish]

    def rest(self, start: int, finish: int) -> Q:
        """Return the cases of [start, finish) for which the folds within it do not answer."""
        before = [head for head in self.heads if head.start < start and head.reaches < start]
        lasts = Q(finish__gt=datetime_of(start)) | Q(start__gte=datetime_of(start))
        wanted = Q(finish=None, start__lt=datetime_of(finish))
        for begins, ends in gaps([*before, *self.within(start, finish)], finish):
            wanted |= Q(begins, lasts, start__lt=ends, finish__isnull=False)
        return wanted


def gaps(heads: list[Head], finish: int) -> Iterator[tuple[Q, datetime]]:
    """Yield between the folds: from when on, and until when, cases may have begun that are in none of them."""
    begins = Q()
    at: int | None = None
    for head in heads:
        if at is None or at < head.start:
            yield begins, datetime_of(head.start)
        at, begins = head.finish, Q(start__gte=datetime_of(head.finish))
    if at is None or at < finish:
        yield begins, datetime_of(finish)


def basis(zone: ZoneInfo) -> str:
    return f"{FORMAT} {zone.key}"


def standing(zone: ZoneInfo, finish: datetime) -> Folds:
    """Return the folds that hold, up to a moment."""
    touched = Touched.objects.filter(start__gte=OuterRef("start"), start__lt=OuterRef("finish"))
    found = Fold.objects.filter(~Exists(touched), basis=basis(zone), start__lt=finish).order_by("start")
    return Folds(tuple(head_of(row) for row in found.values_list(*HEAD)))


def contents(heads: Sequence[Head]) -> dict[int, Run]:
    """Return what is folded away, by the ids of the folds; what this process has unpacked before is not read again."""
    wanted = [(head.pk, head.made_at) for head in heads if head.cases]
    with lock:
        found = {key: unfolded[key] for key in wanted if key in unfolded}
    missing = [key[0] for key in wanted if key not in found]
    if missing:
        found |= read(missing)
        with lock:
            unfolded.update(found)
            for key in [*unfolded][: max(0, len(unfolded) - MOST)]:
                del unfolded[key]
    return {pk: run for (pk, _made_at), run in found.items()}


def read(keys: Sequence[int]) -> dict[Key, Run]:
    rows = Fold.objects.filter(pk__in=keys).values_list(*HEAD, "content", "worked")
    found = ((head_of(row[:-2]), *row[-2:]) for row in rows)
    return {(head.pk, head.made_at): run_of(head, content, worked) for head, content, worked in found}


def head_of(row: Sequence[Any]) -> Head:
    pk, made_at, start, finish, reaches, cases = row
    return Head(pk, made_at, moment_of(start), moment_of(finish), moment_of(reaches) if reaches else 0, cases)


def run_of(head: Head, content: bytes | memoryview, worked: dict[str, list[Any]]) -> Run:
    return unpacked(bytes(content), worked_of(worked), head.start, head.finish, head.reaches)


def worked_of(stored: dict[str, list[Any]]) -> dict[int, Worked]:
    return {int(process): Worked(*found) for process, found in stored.items()}
