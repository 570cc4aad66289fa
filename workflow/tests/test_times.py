from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from workflow import times

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (42 * 60, "42 min"),
        (3600, "1 h"),
        (3900, "1 h 05 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=2), "2 d"),
        (timedelta(days=3, hours=4, minutes=59), "3 d 4 h"),
    ],
)
def test_a_length_is_said_without_a_break(span, words):
    assert times.duration(span) == words.replace(" ", NBSP)


def test_an_unknown_length_is_a_dash_and_never_zero():
    assert times.duration(None) == "—"


def test_a_length_is_said_in_russian():
    with translation.override("ru"):
        assert times.duration(3900) == f"1{NBSP}ч{NBSP}05{NBSP}мин"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Europe/Moscow", "MSK, UTC+3"),
        ("Asia/Kolkata", "IST, UTC+5:30"),
        ("Asia/Almaty", "UTC+5"),
        ("America/St_Johns", "NST, UTC−3:30"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_called_as_people_call_it(name, words):
    with timezone.override(ZoneInfo(name)):
        assert times.zone(datetime(2026, 1, 15, tzinfo=UTC)) == words


def test_near_moments_are_said_in_brief():
    with timezone.override(ZoneInfo("Asia/Almaty")):
        noon = timezone.localtime().replace(hour=12, minute=5)
        assert times.brief(noon) == "12:05"
        assert times.brief(noon - timedelta(days=1)) == "yesterday, 12:05"


def test_far_moments_keep_their_year_only_where_it_differs():
    this_year = timezone.localtime().replace(month=1, day=1, hour=12)
    if timezone.localtime() - this_year < timedelta(days=2):
        this_year = this_year.replace(month=12, day=30)

    assert str(this_year.year) not in times.brief(this_year)
    assert times.brief(datetime(2019, 7, 23, 12, tzinfo=UTC)) == "23 Jul 2019"


def test_a_whole_moment_names_its_zone():
    with timezone.override(ZoneInfo("Europe/Moscow")), translation.override("ru"):
        assert times.full(datetime(2026, 7, 23, 15, 45, tzinfo=UTC)) == "23.07.2026 18:45 MSK"
