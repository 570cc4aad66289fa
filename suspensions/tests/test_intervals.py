from array import array
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import hours
from accounts.working_time import MINUTE, WorkingTime, moment_of
from suspensions import intervals
from suspensions.intervals import Openings, clip, cut, length, passed, union

HOUR = 60 * MINUTE
BERLIN, MOSCOW = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Moscow")
OFFICE = WorkingTime(MOSCOW, (*([hours.read("09:00-18:00")] * 5), (), ()))


def at(*parts, zone=MOSCOW):
    return moment_of(datetime(*parts, tzinfo=zone))


def test_a_running_case_counts_to_now_and_one_to_come_counts_nothing():
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)

    assert length([intervals.stretch(now - timedelta(hours=2), None, now)]) == 2 * HOUR
    assert length([intervals.stretch(now + timedelta(hours=2), None, now)]) == 0


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([(10, 12), (11, 13)], [(10, 13)]),
        ([(10, 12), (12, 13)], [(10, 13)]),
        ([(10, 20), (12, 13)], [(10, 20)]),
        ([(14, 15), (10, 12)], [(10, 12), (14, 15)]),
        ([(10, 10), (11, 11)], []),
        ([(10, 12), (12, 12)], [(10, 12)]),
        ([], []),
    ],
)
def test_overlaps_and_neighbours_are_united(pieces, expected):
    assert union(pieces) == expected


@pytest.mark.parametrize(
    ("piece", "expected"),
    [((0, 5), []), ((0, 15), [(10, 15)]), ((12, 14), [(12, 14)]), ((15, 30), [(15, 20)]), ((20, 30), []),
     ((0, 10), []), ((0, 40), [(10, 20)]), ((13, 13), [])],
)  # fmt: skip
def test_what_lies_outside_is_cut_off(piece, expected):
    assert list(clip([piece], 10, 20)) == expected


def test_a_piece_is_cut_at_every_edge_and_nothing_is_lost():
    assert list(cut((5, 35), [0, 10, 20, 30])) == [(0, 5), (1, 10), (2, 10)]
    assert list(cut((10, 20), [0, 10, 20, 30])) == [(1, 10)]
    assert list(cut((40, 50), [0, 10, 20, 30])) == []
    assert list(cut((7, 7), [0, 10])) == []


def test_days_are_those_of_the_zone():
    assert intervals.days(at(2026, 12, 31, 23), at(2027, 1, 1, 1), MOSCOW) == [date(2026, 12, 31), date(2027, 1, 1)]
    assert intervals.days(at(2026, 7, 1), at(2026, 7, 2), MOSCOW) == [date(2026, 7, 1)]
    assert intervals.days(at(2026, 7, 1), at(2026, 7, 1), MOSCOW) == []


@pytest.mark.parametrize(("day", "expected"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 7, 1), 24)])
def test_a_day_is_as_long_as_the_clock_makes_it(day, expected):
    begins, ends = intervals.midnights([date(*day)], BERLIN)

    assert ends - begins == expected * HOUR


def test_a_case_over_midnight_is_divided_between_the_days():
    edges = intervals.midnights([date(2026, 12, 31), date(2027, 1, 1)], MOSCOW)

    assert list(cut((at(2026, 12, 31, 22), at(2027, 1, 1, 3)), edges)) == [(0, 2 * HOUR), (1, 3 * HOUR)]


def test_no_days_have_no_midnights():
    assert intervals.midnights([], MOSCOW) == []


def test_a_weekend_is_long_by_the_calendar_and_short_by_the_schedule():
    weekend = (at(2026, 7, 3, 17, 30), at(2026, 7, 6, 9, 45))
    openings = Openings(OFFICE, at(2026, 7, 1), at(2026, 8, 1))

    assert length([weekend]) == 64 * HOUR + 15 * MINUTE
    assert openings.within([weekend]) == HOUR + 15 * MINUTE


def test_openings_are_cut_to_their_stretch():
    openings = Openings(OFFICE, at(2026, 7, 1, 12), at(2026, 7, 2, 10))

    assert openings.total == 7 * HOUR
    assert openings.within([(at(2026, 1, 1), at(2027, 1, 1))]) == 7 * HOUR
    assert openings.within([(at(2026, 7, 1, 19), at(2026, 7, 2, 8))]) == 0


def test_openings_agree_with_the_working_calendar_over_new_year():
    start, finish = datetime(2026, 12, 28, 10, tzinfo=MOSCOW), datetime(2027, 1, 12, 16, tzinfo=MOSCOW)
    openings = Openings(OFFICE, moment_of(start), moment_of(finish))

    assert openings.total == OFFICE.working_time(start, finish) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("amount", "since"),
    [(0, (10, (10, 20))), (9, (19, (10, 20))), (10, (30, (30, 35))), (14, (34, (30, 35))), (15, None), (99, None)],
)
def test_an_amount_has_passed_from_the_moment_that_exceeds_it(amount, since):
    assert passed([(10, 20), (30, 35)], amount) == since


def test_what_lies_inside_the_openings_is_as_long_as_they_say():
    friday, monday = at(2026, 7, 24, 17, 30), at(2026, 7, 27, 9, 45)
    openings = Openings(OFFICE, at(2026, 7, 1), at(2026, 8, 1))
    found = list(openings.inside([(friday, monday)]))

    assert found == [(friday, at(2026, 7, 24, 18)), (at(2026, 7, 27, 9), monday)]
    assert length(found) == openings.within([(friday, monday)])
    assert list(openings.inside([(at(2026, 7, 24, 18), at(2026, 7, 27, 9))])) == []
    assert list(openings.inside([(at(2026, 6, 1), at(2026, 6, 2))])) == []


@pytest.mark.parametrize(
    ("some", "others", "common", "left"),
    [
        ([(1, 5)], [(2, 3)], [(2, 3)], [(1, 2), (3, 5)]),
        ([(1, 5)], [(0, 1), (5, 9)], [], [(1, 5)]),
        ([(1, 5)], [(0, 9)], [(1, 5)], []),
        ([(1, 5), (7, 9)], [(0, 2), (4, 8)], [(1, 2), (4, 5), (7, 8)], [(2, 4), (8, 9)]),
        ([(1, 5)], [], [], [(1, 5)]),
        ([], [(1, 5)], [], []),
    ],
)
def test_what_lies_in_both_and_what_in_the_first_alone(some, others, common, left):
    assert list(intervals.intersection(some, others)) == common
    assert list(intervals.difference(some, others)) == left


def test_pieces_that_touch_a_stretch_come_whole():
    pieces = intervals.Pieces(array("q", (1, 4, 8)), array("q", (3, 6, 9)))

    assert pieces.touching(2, 5) == [(1, 3), (4, 6)]
    assert pieces.touching(3, 4) == []
    assert pieces.touching(6, 8) == []
    assert pieces.length == 5


def test_hours_that_differ_anywhere_in_a_stretch_have_another_fingerprint():
    start, finish = at(2026, 3, 2), at(2026, 3, 7)
    known = Openings(OFFICE, start, finish).fingerprint(start, finish)
    free = WorkingTime(MOSCOW, OFFICE.week, {date(2026, 3, 4): ()})

    assert Openings(OFFICE, at(2026, 1, 1), at(2027, 1, 1)).fingerprint(start, finish) == known
    assert Openings(free, start, finish).fingerprint(start, finish) != known
    assert Openings(free, start, at(2026, 4, 1)).fingerprint(at(2026, 3, 5), finish) == Openings(
        OFFICE, start, finish
    ).fingerprint(at(2026, 3, 5), finish)
