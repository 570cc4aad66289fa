"""What some tickets add up to."""

from dataclasses import dataclass, field, fields
from typing import NamedTuple

from accounts.working_time import DAY

AGES = (1, 3, 7, 30)  # days: upper edges of the boxes of open tickets; the last box has none
RESPONSE, RESOLUTION, AGE = 0, 1, 2  # what is measured
SECONDS = 60


class Group(NamedTuple):
    """One line of the first question: tickets of one technician, category (0: none) and priority."""

    technician: int
    category: int
    priority: int
    created: int
    resolved: int
    open: int
    answered: int
    responding: int
    measured: int
    resolving: int
    response_judged: int
    response_met: int
    resolution_judged: int
    resolution_met: int
    marks: int
    marked: int
    ages: tuple[int, ...]


@dataclass
class Sum:
    """What some tickets add up to; `medians` by what is measured: seconds, of age microseconds."""

    created: int = 0
    resolved: int = 0
    open: int = 0
    answered: int = 0
    responding: int = 0
    measured: int = 0
    resolving: int = 0
    response_judged: int = 0
    response_met: int = 0
    resolution_judged: int = 0
    resolution_met: int = 0
    marks: int = 0
    marked: int = 0
    ages: list[int] = field(default_factory=lambda: [0] * (len(AGES) + 1))
    medians: dict[int, float] = field(default_factory=dict)

    def add(self, group: Group) -> None:
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(group, name))
        self.ages = [mine + more for mine, more in zip(self.ages, group.ages, strict=True)]

    @property
    def response_mean(self) -> float | None:
        return minutes(self.responding, self.answered)

    @property
    def response_median(self) -> float | None:
        return minutes(self.medians.get(RESPONSE))

    @property
    def resolution_mean(self) -> float | None:
        return minutes(self.resolving, self.measured)

    @property
    def resolution_median(self) -> float | None:
        return minutes(self.medians.get(RESOLUTION))

    @property
    def response_share(self) -> float | None:
        return share(self.response_met, self.response_judged)

    @property
    def resolution_share(self) -> float | None:
        return share(self.resolution_met, self.resolution_judged)

    @property
    def satisfaction(self) -> float | None:
        return round(self.marked / self.marks, 2) if self.marks else None

    @property
    def age_median(self) -> float | None:
        """Days."""
        found = self.medians.get(AGE)
        return None if found is None else round(found / DAY, 1)


COUNTED = [one.name for one in fields(Sum) if one.name not in {"ages", "medians"}]


def minutes(seconds: float | None, count: int = 1) -> float | None:
    return round(seconds / count / SECONDS, 1) if seconds is not None and count else None


def share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
