"""The additive measures of runs against a reckoning second by second."""

from array import array
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from accounts import hours
from accounts.working_time import DAY, WorkingTime, datetime_of, moment_of
from suspensions.analytics.answers import Answers
from suspensions.analytics.packing import packed, unpacked
from suspensions.analytics.runs import Days, Downtime, Run, Runs, Subject
from suspensions.intervals import Openings, Pieces, union

pytestmark = pytest.mark.once
ZONE = ZoneInfo("Europe/Moscow")
BEGIN = moment_of(datetime(2026, 3, 2, tzinfo=ZONE))
HOUR = DAY // 24
PROCESS, SOURCE = 3, 5
OFFICE = WorkingTime(ZONE, (*([hours.read("09:00-18:00")] * 5), (), ()))
NIGHTS = WorkingTime(ZONE, (hours.read("00:00-06:00"),) * 7)
SUBJECTS = [Subject.process(PROCESS), Subject.failures(PROCESS), Subject.source(SOURCE), Subject.all()]


def of(pieces):
    united = union(pieces)
    return Pieces(array("q", (begins for begins, _ in united)), array("q", (ends for _, ends in united)))


def answers(cases):
    """Cases as (begins, ends, planned), all of one process and source."""
    islands = {
        2 * PROCESS + planned: of([(begins, ends) for begins, ends, of_plan in cases if of_plan == planned])
        for planned in {planned for _begins, _ends, planned in cases}
    }
    whole = {SOURCE: of([(begins, ends) for begins, ends, _planned in cases])} if cases else {}
    return Answers({}, {}, {}, array("q"), [], islands, whole, [])


def drawn(draw, first, last, many):
    """Cases that begin in whole hours of the days [first, last) and last up to three days."""
    starts = [BEGIN + draw.randrange(first * 24, last * 24) * HOUR for _ in range(many)]
    return [(start, start + draw.choice([0, 1, 3, 9, 30, 72]) * HOUR, draw.random() < 0.3) for start in starts]


def run_of(cases, first, last):
    reaches = max((ends for _begins, ends, _planned in cases), default=0)
    return Run.of(answers(cases), BEGIN + first * DAY, BEGIN + last * DAY, reaches, ZONE)


def down_in(cases, subject):
    """The hours in which somebody was down, one by one."""
    counted = [case for case in cases if subject.kind != "failures" or not case[2]]
    return {hour for begins, ends, _planned in counted for hour in range(begins, ends, HOUR)}


@pytest.mark.parametrize("seed", range(12))
def test_what_runs_measure_is_what_their_hours_add_up_to(seed):
    draw = Random(seed)
    parts = [drawn(draw, first, first + 5, draw.randrange(6)) for first in range(0, 25, 5)]
    other = drawn(draw, 0, 28, draw.randrange(4))
    runs = Runs([run_of(cases, first, first + 5) for cases, first in zip(parts, range(0, 25, 5), strict=True)])
    everything = [case for cases in (*parts, other) for case in cases]
    openings, days = Openings(OFFICE, BEGIN, BEGIN + 40 * DAY), Days(BEGIN, BEGIN + 40 * DAY, ZONE)

    for subject in SUBJECTS:
        found, expected = Downtime(subject, runs, answers(other)), down_in(everything, subject)
        assert found.length == len(expected) * HOUR
        assert found.pieces == union((hour, hour + HOUR) for hour in expected)
        if subject.key == PROCESS:
            worked = [hour for hour in expected if OFFICE.is_working(datetime_of(hour))]
            assert found.within(openings) == len(worked) * HOUR
    counted = [0] * 40
    for hour in down_in(everything, Subject.all()):
        counted[(hour - BEGIN) // DAY] += HOUR
    assert Downtime(Subject.all(), runs, answers(other)).on(days) == counted


def test_a_piece_over_three_runs_counts_once_in_each_of_them():
    long, inside, late = (BEGIN, BEGIN + 12 * DAY, False), (BEGIN + 6 * DAY, BEGIN + 7 * DAY, False), []
    runs = Runs([run_of([long], 0, 5), run_of([inside], 5, 10), run_of(late, 10, 15)])

    found = Downtime(Subject.all(), runs, answers([(BEGIN + 11 * DAY, BEGIN + 13 * DAY, True)]))
    assert (found.length, found.doubled) == (13 * DAY, [(BEGIN + 6 * DAY, BEGIN + 7 * DAY)])
    assert found.added == [(BEGIN + 12 * DAY, BEGIN + 13 * DAY)]


def test_nothing_known_is_nothing_lost():
    found = Downtime(Subject.process(PROCESS), Runs([]), answers([]))

    assert (found.length, found.pieces, found.within(Openings(OFFICE, BEGIN, BEGIN + DAY))) == (0, [], 0)


def test_other_hours_are_measured_anew_and_the_same_ones_are_not():
    run = run_of([(BEGIN, BEGIN + 2 * DAY, False)], 0, 5)
    openings = Openings(OFFICE, BEGIN, BEGIN + 9 * DAY)
    assert run.within(openings, Subject.process(PROCESS)) == 18 * HOUR
    run.worked[PROCESS] = run.worked[PROCESS]._replace(process=7)
    assert run.within(Openings(OFFICE, BEGIN - DAY, BEGIN + 30 * DAY), Subject.process(PROCESS)) == 7

    assert run.within(Openings(NIGHTS, BEGIN, BEGIN + 9 * DAY), Subject.process(PROCESS)) == 12 * HOUR


def test_a_run_that_was_packed_measures_the_same():
    run = run_of(drawn(Random(7), 0, 5, 9), 0, 5)
    again = unpacked(packed(run), {}, run.start, run.until, run.reaches)

    assert again.answers == run.answers
    assert again.days == run.days
    assert [again.length(subject) for subject in SUBJECTS] == [run.length(subject) for subject in SUBJECTS]
