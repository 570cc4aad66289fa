from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from notifications.models import QuietHours

BERLIN = "Europe/Berlin"  # summer time begins on 29 March 2026 at 2:00 and ends on 25 October at 3:00


def berlin(text, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN), fold=fold)


@pytest.mark.parametrize(
    ("start", "end", "at", "until"),
    [
        ("22:00", "08:00", "2026-07-23 23:59", "2026-07-24 08:00"),
        ("22:00", "08:00", "2026-07-24 00:00", "2026-07-24 08:00"),
        ("22:00", "08:00", "2026-07-24 07:59:59", "2026-07-24 08:00"),
        ("22:00", "08:00", "2026-07-23 22:00", "2026-07-24 08:00"),
        ("22:00", "08:00", "2026-07-24 08:00", None),
        ("22:00", "08:00", "2026-07-24 21:59", None),
        ("13:00", "14:00", "2026-07-24 13:30", "2026-07-24 14:00"),
        ("13:00", "14:00", "2026-07-24 14:00", None),
        ("00:00", "06:00", "2026-12-31 00:00", "2026-12-31 06:00"),
        ("22:00", "00:00", "2026-12-31 23:00", "2027-01-01 00:00"),
    ],
)
def test_quiet_time_ends(start, end, at, until):
    hours = QuietHours(start=time.fromisoformat(start), end=time.fromisoformat(end))

    assert hours.end_after(berlin(at), BERLIN) == (until and berlin(until))


def test_the_night_that_loses_an_hour_is_an_hour_shorter():
    hours = QuietHours(start=time(22), end=time(8))

    until = hours.end_after(berlin("2026-03-28 22:00"), BERLIN)

    assert (until - berlin("2026-03-28 22:00").astimezone(until.tzinfo)).total_seconds() == 9 * 3600


def test_the_night_that_gains_an_hour_is_an_hour_longer():
    hours = QuietHours(start=time(22), end=time(8))

    until = hours.end_after(berlin("2026-10-24 22:00"), BERLIN)

    assert (until - berlin("2026-10-24 22:00").astimezone(until.tzinfo)).total_seconds() == 11 * 3600


def test_an_end_that_the_clock_skips_is_reached_after_the_jump():
    hours = QuietHours(start=time(22), end=time(2, 30))

    until = hours.end_after(berlin("2026-03-29 01:59"), BERLIN)

    assert until == berlin("2026-03-29 03:30").astimezone(until.tzinfo)


def test_an_hour_that_repeats_is_quiet_twice():
    hours = QuietHours(start=time(22), end=time(2, 30))

    assert hours.end_after(berlin("2026-10-25 02:10"), BERLIN) == berlin("2026-10-25 02:30").astimezone(ZoneInfo("UTC"))
    assert hours.end_after(berlin("2026-10-25 02:40"), BERLIN) is None
    again = hours.end_after(berlin("2026-10-25 02:10", fold=1), BERLIN)
    assert again == berlin("2026-10-25 02:30", fold=1).astimezone(ZoneInfo("UTC"))
