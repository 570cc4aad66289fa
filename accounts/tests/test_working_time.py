import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts import hours
from accounts.working_time import WorkingTime

MOSCOW, BERLIN, NEW_YORK = (ZoneInfo(name) for name in ("Europe/Moscow", "Europe/Berlin", "America/New_York"))


def calendar(zone=MOSCOW, week="09:00-18:00", weekend="", **days):
    """`days` are dates like d2026_05_01 with their hours."""
    own = {date(*map(int, day.removeprefix("d").split("_"))): hours.read(text) for day, text in days.items()}
    return WorkingTime(zone, (hours.read(week),) * 5 + (hours.read(weekend),) * 2, own)


def at(text, zone=MOSCOW):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def minutes(working, start, finish):
    return working.working_minutes(at(start, working.zone), at(finish, working.zone))


def test_a_weekend_does_not_count():
    friday, monday = at("2026-07-24 17:30"), at("2026-07-27 09:45")

    assert monday - friday == timedelta(hours=64, minutes=15)
    assert calendar().working_time(friday, monday) == timedelta(hours=1, minutes=15)


def test_four_hours_from_friday_evening_end_on_monday():
    assert calendar().add_working(at("2026-07-24 17:30"), 240) == at("2026-07-27 12:30")


def test_lunch_does_not_count():
    working = calendar(week="09:00-13:00, 14:00-18:00")

    assert minutes(working, "2026-07-23 12:30", "2026-07-23 14:30") == 60
    assert working.add_working(at("2026-07-23 12:30"), 60) == at("2026-07-23 14:30")


def test_holidays_half_days_and_moved_days_have_their_own_hours():
    working = calendar(d2026_04_30="09:00-14:00", d2026_05_01="", d2026_05_02="10:00-12:00")

    assert minutes(working, "2026-04-30 09:00", "2026-05-04 09:00") == (5 + 0 + 2) * 60
    assert working.add_working(at("2026-04-30 13:00"), 180) == at("2026-05-02 12:00")


def test_nights_count_up_to_midnight_and_from_it():
    working = calendar(week="00:00-06:00, 22:00-24:00")

    assert minutes(working, "2026-07-22 23:00", "2026-07-23 01:00") == 120
    assert minutes(working, "2026-07-23 00:00", "2026-07-24 00:00") == 480
    assert working.is_working(at("2026-07-23 00:00"))


def test_a_year_ends_without_a_gap():
    around_the_clock = calendar(week="00:00-24:00", weekend="00:00-24:00")

    assert minutes(around_the_clock, "2025-12-31 23:00", "2027-01-01 01:00") == 365 * 24 * 60 + 120
    assert around_the_clock.add_working(at("2026-12-31 23:59"), 2) == at("2027-01-01 00:01")


@pytest.mark.parametrize(
    ("start", "finish", "expected"),
    [
        ("2026-03-28 00:00", "2026-03-29 00:00", 24 * 60),
        ("2026-03-29 00:00", "2026-03-30 00:00", 23 * 60),
        ("2026-03-29 01:30", "2026-03-29 03:30", 60),
        ("2026-10-25 00:00", "2026-10-26 00:00", 25 * 60),
    ],
)
def test_berlin_has_a_day_of_23_and_a_day_of_25_hours(start, finish, expected):
    around_the_clock = calendar(BERLIN, week="00:00-24:00", weekend="00:00-24:00")

    assert minutes(around_the_clock, start, finish) == expected


@pytest.mark.parametrize(
    ("zone", "day", "span", "expected"),
    [
        (BERLIN, "2026-03-29", "02:00-03:00", 0),  # this hour does not exist
        (BERLIN, "2026-03-29", "01:30-03:30", 60),
        (BERLIN, "2026-03-29", "00:00-06:00", 300),
        (BERLIN, "2026-10-25", "02:00-03:00", 120),  # this one comes twice
        (BERLIN, "2026-10-25", "02:00-02:30", 60),
        (BERLIN, "2026-10-25", "01:30-02:30", 90),
        (NEW_YORK, "2026-03-08", "02:00-03:00", 0),
        (NEW_YORK, "2026-03-08", "00:00-08:00", 420),
        (NEW_YORK, "2026-11-01", "01:00-02:00", 120),
        (NEW_YORK, "2026-11-01", "00:00-08:00", 540),
        (MOSCOW, "2026-03-29", "00:00-08:00", 480),
        (MOSCOW, "2026-10-25", "00:00-08:00", 480),
    ],
)
def test_hours_are_meant_as_the_wall_clock_shows_them(zone, day, span, expected):
    working = calendar(zone, weekend=span)
    following = date.fromisoformat(day) + timedelta(days=1)

    assert minutes(working, f"{day} 00:00", f"{following} 00:00") == expected


def test_a_deadline_in_the_night_the_clock_goes_forward_skips_the_missing_hour():
    around_the_clock = calendar(NEW_YORK, week="00:00-24:00", weekend="00:00-24:00")

    assert around_the_clock.add_working(at("2026-03-08 01:30", NEW_YORK), 60) == at("2026-03-08 03:30", NEW_YORK)


def test_a_zone_whose_midnight_is_skipped_keeps_its_day():
    cairo = ZoneInfo("Africa/Cairo")
    working = calendar(cairo, week="00:00-24:00", weekend="00:00-24:00")

    assert working.working_minutes(at("2026-04-24 00:00", cairo), at("2026-04-25 00:00", cairo)) == 23 * 60


def test_office_hours_do_not_change_when_the_clock_does():
    working = calendar(BERLIN)

    assert minutes(working, "2026-03-27 17:00", "2026-03-30 10:00") == 120
    assert working.add_working(at("2026-10-23 17:00", BERLIN), 120) == at("2026-10-26 10:00", BERLIN)


def test_moments_of_any_zone_can_be_asked_about():
    assert calendar().working_minutes(at("2026-07-23 06:00", UTC), at("2026-07-23 07:30", UTC)) == 90
    assert calendar().is_working(at("2026-07-23 08:00", BERLIN))


def test_nothing_is_worked_backwards():
    assert calendar().working_time(at("2026-07-24 15:00"), at("2026-07-24 12:00")) == timedelta(0)


def test_seconds_count_and_are_rounded_once():
    start = at("2026-07-24 12:00:00")

    assert calendar().working_time(start, start + timedelta(microseconds=1)) == timedelta(microseconds=1)
    assert calendar().working_minutes(start, start + timedelta(seconds=10)) == Decimal("0.17")
    assert calendar().working_minutes(start, start + timedelta(milliseconds=300)) == Decimal("0.01")


def test_opening_time_is_working_time_and_closing_time_is_not():
    assert calendar().is_working(at("2026-07-24 09:00"))
    assert not calendar().is_working(at("2026-07-24 18:00"))


def test_a_deadline_of_nothing_is_now_and_one_of_the_whole_day_is_closing_time():
    assert calendar().add_working(at("2026-07-25 12:00"), 0) == at("2026-07-25 12:00")
    assert calendar().add_working(at("2026-07-24 09:00"), 540) == at("2026-07-24 18:00")
    assert calendar().add_working(at("2026-07-24 17:59"), Decimal("0.5")) == at("2026-07-24 17:59:30")


def test_a_calendar_that_never_opens_has_no_deadlines():
    never = calendar(week="")

    assert never.add_working(at("2026-07-24 12:00"), 1) is None
    assert never.working_time(at("2026-07-24 12:00"), at("2028-07-24 12:00")) == timedelta(0)


def test_a_deadline_may_lie_many_years_ahead_and_the_end_of_time_is_none():
    once_a_year = WorkingTime(MOSCOW, ((),) * 7, {date(year, 2, 28): hours.read("9-10") for year in range(2026, 2035)})

    assert once_a_year.add_working(at("2026-01-01 00:00"), 9 * 60) == at("2034-02-28 10:00")
    assert once_a_year.add_working(at("2026-01-01 00:00"), 9 * 60 + 1) is None
    assert calendar().add_working(at("9998-06-01 12:00"), 10_000_000) is None


def test_a_naive_moment_and_time_taken_back_are_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        calendar().working_time(datetime(2026, 7, 24, 12), at("2026-07-24 13:00"))
    with pytest.raises(ValueError, match="taken back"):
        calendar().add_working(at("2026-07-24 12:00"), -1)


def brute_force(working, start, finish):
    """Count the minutes one by one, as the clock on the wall shows them."""
    count, minute = 0, timedelta(minutes=1)
    while start < finish:
        local = start.astimezone(working.zone)
        now = local.hour * 60 + local.minute
        count += any(span.opens <= now < span.closes for span in working.hours_on(local.date()))
        start += minute
    return count


def any_hours(chance):
    cuts = sorted(chance.sample(range(1441), chance.choice([0, 2, 2, 4])))
    return tuple(hours.Span(*pair) for pair in zip(cuts[::2], cuts[1::2], strict=True))


ZONES = ["Europe/Berlin", "America/New_York", "Europe/Moscow", "Africa/Cairo", "Australia/Lord_Howe"]
AROUND = [datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC)]
AROUND += [datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)]


@pytest.mark.parametrize("seed", range(120))
def test_any_calendar_agrees_with_counting_minute_by_minute(seed):
    chance = random.Random(seed)
    centre = chance.choice(AROUND)
    days = [centre.date() + timedelta(days=shift) for shift in range(-3, 4)]
    working = WorkingTime(
        ZoneInfo(chance.choice(ZONES)),
        tuple(any_hours(chance) for _weekday in range(7)),
        {day: any_hours(chance) for day in chance.sample(days, 3)},
    )
    start = centre + timedelta(minutes=chance.randrange(-3000, 2000))
    finish = start + timedelta(minutes=chance.randrange(0, 4000))

    counted = brute_force(working, start, finish)

    assert working.working_minutes(start, finish) == counted
    if counted:
        deadline = working.add_working(start, counted)
        assert deadline
        assert start < deadline <= finish
        assert working.working_minutes(start, deadline) == counted
        assert working.working_minutes(start, deadline - timedelta(minutes=1)) == counted - 1
