"""The working hours of processes, laid out once for all that share a calendar."""

from collections.abc import Iterable

from suspensions.intervals import Openings
from suspensions.models import TechProcess


class Schedules:
    """When processes are expected to run within [start, finish)."""

    def __init__(self, processes: Iterable[TechProcess], start: int, finish: int):
        self.start, self.finish = start, finish
        self.calendars = {process.pk: process.working_time() for process in processes}
        self.laid_out: dict[int, Openings] = {}

    def of(self, process: int) -> Openings:
        calendar = self.calendars[process]
        if id(calendar) not in self.laid_out:
            self.laid_out[id(calendar)] = Openings(calendar, self.start, self.finish)
        return self.laid_out[id(calendar)]
