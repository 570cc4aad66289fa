"""What one programme came to: as a whole, by assignment, by day and by member, in three queries."""

from functools import cached_property
from typing import Any, NamedTuple

from tasks.models import Assignment, Membership, Programme, ProgrammeDay
from tasks.programmes.analytics.figures import Answer, DayKey, Figures, answers, gathered


class Line(NamedTuple):
    """The figures of one assignment, day or membership."""

    key: Any
    figures: Figures


class Reading:
    """The figures of a programme. Planned days and members without a report stand in it with noughts."""

    def __init__(self, programme: Programme):
        self.programme = programme

    @cached_property
    def found(self) -> list[Answer]:
        return answers(self.programme)

    @cached_property
    def planned(self) -> list[ProgrammeDay]:
        return list(self.programme.days.select_related("assignment").order_by("number"))

    @cached_property
    def total(self) -> Figures:
        return gathered(self.found, lambda one: True).get(True, Figures())

    @cached_property
    def assignments(self) -> list[Line]:
        """By title."""
        groups = gathered(self.found, lambda one: one.assignment)
        known: dict[int, Assignment] = {day.assignment.pk: day.assignment for day in self.planned}
        rows = sorted(known.values(), key=lambda assignment: (assignment.title.casefold(), assignment.pk))
        return [Line(assignment, groups.get(assignment.pk, Figures())) for assignment in rows]

    @cached_property
    def days(self) -> list[Line]:
        groups = gathered(self.found, lambda one: one.day)
        return [
            Line(
                DayKey(day.number, self.programme.date_of(day.number), day.assignment.title),
                groups.get(day.pk, Figures()),
            )
            for day in self.planned
        ]

    @cached_property
    def members(self) -> list[Line]:
        """The most points first, then by name."""
        groups = gathered(self.found, lambda one: one.membership)
        rows = Membership.objects.present().filter(programme=self.programme).select_related("member")
        lines = [Line(membership, groups.get(membership.pk, Figures())) for membership in rows]
        return sorted(lines, key=lambda line: (-line.figures.points, line.key.member.full_name, line.key.pk))
