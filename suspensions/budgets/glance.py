"""What is down at this moment and how long it may go on being so, the most pressing first."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from suspensions.budgets.bars import Bar, bar
from suspensions.budgets.reckoning import Allowance, Budget, budgets, own_use
from suspensions.models import Suspension, TechProcess


class Down(NamedTuple):
    """A case that runs, and the allowance that it uses up first: that of one case or of the year."""

    case: Suspension
    found: Allowance
    bar: Bar
    of_year: bool

    @property
    def urgency(self) -> tuple[int, int, datetime]:
        """What is exceeded most comes first, then what is used up next; what has no limit comes last."""
        left = self.found.left
        rank = 2 if left is None else int(left >= 0)
        return rank, left or 0, self.case.start


def down_now(cases: Iterable[Suspension], at: datetime) -> list[Down]:
    """Return the unplanned ones of all cases that run, with their segments, by urgency."""
    running: dict[int, list[Suspension]] = defaultdict(list)
    processes: dict[int, TechProcess] = {}
    for case in cases:
        if not case.planned:
            running[case.process_id].append(case)
            processes[case.process_id] = case.process
    if not running:
        return []
    looks = budgets(list(processes.values()), at, running=running)
    return sorted((down for look in looks for down in of(look, at)), key=lambda down: down.urgency)


def of(look: Budget, at: datetime) -> Iterable[Down]:
    for case, own in look.cases:
        found = nearer(own, look.year)
        yield Down(case, found, bar(found, at), found is look.year)


def nearer(case: Allowance, year: Allowance) -> Allowance:
    """Return the allowance of which less is left; one without a limit never is."""
    limited = [found for found in (case, year) if found.left is not None]
    return min(limited, key=lambda found: found.left or 0, default=case)


def use_of(case: Suspension, at: datetime) -> dict[str, Any]:
    """Return for its card what a case used of the limits; nothing where it does not count."""
    used = own_use(case, at)
    if used is None:
        return {}
    own, years = used
    return {"suspension": case, "case": bar(own, at), "years": [(year, bar(found, at)) for year, found in years]}


def live_use_of(case: Suspension, at: datetime) -> dict[str, Any]:
    """Return the same and, while the case runs, what all cases together leave of the year."""
    found = use_of(case, at)
    if not found or case.finish is not None:
        return found
    look = budgets([case.process], at)[0]
    return found | {"whole": bar(look.year, at), "whole_year": look.at.year}


class Effect(NamedTuple):
    """What a case that begins now would find: what is left of the year, and how long one case may last."""

    process: TechProcess
    year: Bar
    has_year: bool
    case_minutes: int | None


def effects(processes: Iterable[TechProcess], at: datetime) -> list[Effect]:
    return [
        Effect(
            look.process, bar(look.year, at), look.year.allowed is not None,
            look.limit.case_minutes if look.limit else None,
        )
        for look in budgets(list(processes), at)
    ]  # fmt: skip
