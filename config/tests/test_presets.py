"""Presets fall on days on which the organisation works."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import days, organisation
from accounts.hours import Span
from accounts.working_time import WorkingTime
from config.templatetags import times
from incidents.forms import SnoozeForm
from tasks import forms as tasks

pytestmark = pytest.mark.once
OPEN = (Span(9 * 60, 18 * 60),)
MOSCOW = ZoneInfo("Europe/Moscow")
FRIDAY, MONDAY = date(2026, 7, 24), date(2026, 7, 27)


@pytest.fixture(autouse=True)
def calendar(monkeypatch):
    """Monday to Friday; Thursday the 30th is a holiday."""
    working = WorkingTime(MOSCOW, (OPEN,) * 5 + ((),) * 2, {date(2026, 7, 30): ()})
    monkeypatch.setattr(organisation, "working_time", lambda: working)


@pytest.fixture
def on(monkeypatch):
    """Let it be a day, noon."""

    def be(day):
        now = datetime(day.year, day.month, day.day, 12, tzinfo=MOSCOW)
        monkeypatch.setattr("django.utils.timezone.localtime", lambda *args: now)
        monkeypatch.setattr(tasks, "today", lambda: day)

    return be


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (FRIDAY, MONDAY),
        (FRIDAY + timedelta(1), MONDAY),
        (MONDAY, date(2026, 7, 28)),
        (date(2026, 7, 29), date(2026, 7, 31)),
    ],
)
def test_the_next_working_day_skips_what_is_free(day, following):
    assert days.next_working(day) == following


def test_where_nobody_ever_works_a_day_is_a_day(monkeypatch):
    monkeypatch.setattr(organisation, "working_time", lambda: WorkingTime(MOSCOW, ((),) * 7))
    assert days.next_working(FRIDAY) == FRIDAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("ahead", "words"), [(0, "today"), (1, "tomorrow"), (3, "on Monday"), (6, "on Thursday"), (7, "on 31 Jul")]
)
def test_a_day_is_called_as_people_call_it(ahead, words, on):
    on(FRIDAY)
    assert str(days.said(FRIDAY + timedelta(days=ahead), FRIDAY)) == words


def test_a_pause_of_friday_ends_on_monday_at_nine(on):
    on(FRIDAY)
    assert SnoozeForm().default() == datetime(2026, 7, 27, 9, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        (FRIDAY, [("on Monday at 9", "2026-07-27T09:00")]),
        (MONDAY, [("tomorrow at 9", "2026-07-28T09:00"), ("on 3 Aug at 9", "2026-08-03T09:00")]),
    ],
)
def test_mornings_are_offered_once_each(on, day, offered):
    on(day)
    found = times.mornings(datetime(day.year, day.month, day.day, 12, tzinfo=MOSCOW))
    assert [(words, f"{at:%Y-%m-%dT%H:%M}") for words, at in found] == offered


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        (MONDAY, ["today", "tomorrow", "on Friday", "in a week", "in a month"]),
        (FRIDAY, ["today", "on Monday", "in a week", "in a month"]),
        (date(2026, 7, 25), ["today", "on Monday", "on Friday", "in a week", "in a month"]),
    ],
)
def test_deadlines_are_offered_once_each_in_order(on, day, offered):
    on(day)
    found = tasks.presets()
    assert [str(words) for words, _day in found] == offered
    assert all(organisation.working_time().hours_on(one) for _words, one in found[1:])


def test_the_hours_of_planned_work_count_from_its_start(on):
    on(FRIDAY)
    chips = times.time_presets("id_planned_finish", "id_start")
    assert chips.count('data-vk-after="id_start"') == 2
    assert "for 4 hours" in chips
    assert "data-vk-after" not in times.time_presets("id_until")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 25), [("today", 25), ("on Monday", 28), ("on Thursday", 31), ("on 11 Jan 2027", 11)]),
        (date(2026, 12, 31), [("today", 31), ("on 11 Jan 2027", 11)]),
    ],
)
def test_a_deadline_that_long_holidays_put_off_is_named_by_its_date(monkeypatch, on, day, expected):
    free = {date(2027, 1, number): () for number in range(1, 11)}
    working = WorkingTime(MOSCOW, (OPEN,) * 5 + ((),) * 2, free)
    monkeypatch.setattr(organisation, "working_time", lambda: working)
    on(day)

    found = [(str(words), one.day) for words, one in tasks.presets() if one < day + timedelta(days=25)]
    assert found == expected
