"""What comes every week by the clock on the wall, over both changes of the clock and against a second reckoning."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitoring.recurrence import WEEK, weekly

pytestmark = pytest.mark.once
BERLIN, MOSCOW = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Moscow")  # forward 29 Mar 2026, back 25 Oct 2026; never


def local(zone, *numbers):
    return datetime(*numbers, tzinfo=zone)


def shown(spans, zone):
    """As a clock on the wall shows them, without the year."""
    return [tuple(f"{moment.astimezone(zone):%d.%m. %H:%M}" for moment in span) for span in spans]


def hours(spans):
    return [(finish - start) / timedelta(hours=1) for start, finish in spans]


def test_it_comes_on_the_same_weekday_at_the_same_time():
    first = (local(MOSCOW, 2026, 7, 4, 22), local(MOSCOW, 2026, 7, 5, 0))

    found = list(weekly(first, MOSCOW, local(MOSCOW, 2026, 7, 10), local(MOSCOW, 2026, 7, 20)))

    assert shown(found, MOSCOW) == [("11.07. 22:00", "12.07. 00:00"), ("18.07. 22:00", "19.07. 00:00")]


@pytest.mark.parametrize(("month", "day"), [(3, 22), (10, 18)])
def test_it_keeps_to_the_clock_where_that_is_changed(month, day):
    first = (local(BERLIN, 2026, month, day, 22), local(BERLIN, 2026, month, day, 23))

    found = list(weekly(first, BERLIN, first[0], first[0] + 3 * WEEK))

    assert {clock for span in shown(found, BERLIN) for clock in (span[0][-5:], span[1][-5:])} == {"22:00", "23:00"}
    assert hours(found) == [1, 1, 1]
    assert len({moment.hour for moment, _finish in found}) == 2  # in UTC it moved


def test_over_the_change_it_ends_by_the_clock_and_not_by_its_length():
    """01:00 to 05:00 are three hours in the night in which the clock goes forward, and five when it goes back."""
    spring = (local(BERLIN, 2026, 3, 22, 1), local(BERLIN, 2026, 3, 22, 5))
    autumn = (local(BERLIN, 2026, 10, 18, 1), local(BERLIN, 2026, 10, 18, 5))

    assert hours(weekly(spring, BERLIN, spring[0], spring[0] + 3 * WEEK)) == [4, 3, 4]
    assert hours(weekly(autumn, BERLIN, autumn[0], autumn[0] + 3 * WEEK)) == [4, 5, 4]


def test_an_hour_that_comes_twice_is_covered_twice():
    first = (local(BERLIN, 2026, 10, 18, 2), local(BERLIN, 2026, 10, 18, 2, 30))

    assert hours(weekly(first, BERLIN, first[0], first[0] + 2 * WEEK)) == [0.5, 1.5]


@pytest.mark.parametrize(
    ("begins", "ends"), [((2, 0), (3, 0)), ((2, 30), (2, 45)), ((2, 30), (3, 15)), ((1, 0), (2, 30))]
)
def test_an_hour_that_does_not_come_leaves_at_least_what_was_agreed(begins, ends):
    first = (local(BERLIN, 2026, 3, 22, *begins), local(BERLIN, 2026, 3, 22, *ends))

    agreed, skipped = list(weekly(first, BERLIN, first[0], first[0] + 2 * WEEK))

    assert skipped.finish - skipped.start >= agreed.finish - agreed.start
    assert skipped.finish - skipped.start <= agreed.finish - agreed.start + timedelta(hours=1)


def test_what_ends_as_the_period_begins_or_begins_as_it_ends_is_not_in_it():
    first = (local(MOSCOW, 2026, 7, 4, 22), local(MOSCOW, 2026, 7, 4, 23))

    assert list(weekly(first, MOSCOW, first[1], first[0] + WEEK)) == []
    assert len(list(weekly(first, MOSCOW, first[1] - timedelta.resolution, first[0] + WEEK))) == 1
    assert len(list(weekly(first, MOSCOW, first[1], first[0] + WEEK + timedelta.resolution))) == 1


def test_it_does_not_come_before_its_first_time():
    first = (local(MOSCOW, 2026, 7, 4, 22), local(MOSCOW, 2026, 7, 4, 23))

    assert shown(weekly(first, MOSCOW, first[0] - 5 * WEEK, first[0] + WEEK), MOSCOW) == [
        ("04.07. 22:00", "04.07. 23:00")
    ]


@pytest.mark.parametrize("minutes", [1, 95, 24 * 60 + 10, 6 * 24 * 60 + 1430])
def test_every_minute_of_a_year_agrees_with_counting_on_from_the_first(minutes):
    """The second reckoning counts all repetitions from the first one on; looked up at the borders of each."""
    first = (local(BERLIN, 2026, 1, 3, 2, 30), local(BERLIN, 2026, 1, 3, 2, 30) + timedelta(minutes=minutes))
    every = list(weekly(first, BERLIN, first[0], first[0] + 52 * WEEK))
    assert len(every) == 52

    for start, finish in every:
        for moment in (start - timedelta.resolution, start, finish - timedelta.resolution, finish):
            counted = [span for span in every if span.start <= moment < span.finish]
            found = list(weekly(first, BERLIN, moment, moment + timedelta.resolution))
            assert found == counted
