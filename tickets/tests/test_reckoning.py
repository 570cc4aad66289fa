"""Promises in working time: Friday evening, holidays, pauses, clocks that are put forward."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import hours
from accounts.working_time import WorkingTime
from tickets.sla.reckoning import Clock, Standstill, State, joined

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")


def calendar(zone=MOSCOW, week="09:00-18:00", weekend="", **days):
    """`days` are dates like d2026_05_01 with their hours."""
    own = {date(*map(int, day.removeprefix("d").split("_"))): hours.read(text) for day, text in days.items()}
    return WorkingTime(zone, (hours.read(week),) * 5 + (hours.read(weekend),) * 2, own)


OFFICE = calendar()


def at(text, zone=MOSCOW):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def pause(start, finish=None):
    return Standstill(at(start), at(finish) if finish else None)


def clock(start, minutes, *pauses, working=OFFICE, stopped=None, **more):
    begun = at(start, working.zone)
    return Clock(working, begun, minutes, pauses, at(stopped, working.zone) if stopped else None, **more)


def test_four_hours_from_friday_evening_are_due_on_monday_at_half_past_twelve():
    assert clock("2026-07-24 17:30", 240).due == at("2026-07-27 12:30")


def test_what_comes_at_night_begins_in_the_morning():
    assert clock("2026-07-21 23:10", 60).due == at("2026-07-22 10:00")


def test_what_comes_at_the_weekend_begins_on_monday():
    assert clock("2026-07-25 12:00", 60).due == at("2026-07-27 10:00")


def test_holidays_and_short_days_are_taken_into_account():
    may = calendar(d2026_05_01="", d2026_04_30="09:00-17:00")

    assert clock("2026-04-30 16:30", 60, working=may).due == at("2026-05-04 09:30")


def test_a_working_saturday_counts():
    saturday = calendar(d2026_07_25="10:00-15:00")

    assert clock("2026-07-24 17:30", 240, working=saturday).due == at("2026-07-25 13:30")


def test_a_promise_of_closing_time_is_due_at_closing_time():
    assert clock("2026-07-24 14:00", 240).due == at("2026-07-24 18:00")


def test_a_promise_of_no_length_is_due_at_once():
    assert clock("2026-07-25 12:00", 0).due == at("2026-07-25 12:00")


def test_where_work_is_never_done_nothing_is_due():
    assert clock("2026-07-24 17:30", 60, working=calendar(week="")).due is None


def test_the_hour_that_the_clock_skips_is_not_worked():
    night = calendar(BERLIN, week="00:00-24:00", weekend="00:00-24:00")  # 29 March 2026, 2:00 becomes 3:00

    assert clock("2026-03-29 01:30", 60, working=night).due == at("2026-03-29 03:30", BERLIN)
    assert clock("2026-10-25 01:30", 120, working=night).due == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_pause_is_taken_out():
    waited = clock("2026-07-21 10:00", 120, pause("2026-07-21 11:00", "2026-07-21 15:00"))

    assert waited.due == at("2026-07-21 16:00")


def test_a_pause_over_night_costs_only_its_working_time():
    waited = clock("2026-07-21 16:00", 240, pause("2026-07-21 17:00", "2026-07-22 10:00"))

    assert waited.due == at("2026-07-22 13:00")


def test_a_pause_outside_hours_costs_nothing():
    waited = clock("2026-07-21 17:00", 120, pause("2026-07-21 19:00", "2026-07-22 07:00"))

    assert waited.due == clock("2026-07-21 17:00", 120).due


def test_pauses_that_overlap_count_once():
    twice = pause("2026-07-21 11:00", "2026-07-21 13:00"), pause("2026-07-21 12:00", "2026-07-21 14:00")

    assert clock("2026-07-21 10:00", 120, *twice).due == at("2026-07-21 15:00")


def test_a_pause_that_ends_before_the_clock_begins_is_none():
    assert clock("2026-07-21 10:00", 60, pause("2026-07-21 09:00", "2026-07-21 09:30")).due == at("2026-07-21 11:00")


def test_while_it_waits_nothing_is_due_and_what_is_left_stays():
    waits = clock("2026-07-21 10:00", 120, pause("2026-07-21 11:00"))

    assert (waits.due, waits.warn) == (None, None)
    assert waits.left(at("2026-07-21 12:00")) == waits.left(at("2026-07-23 12:00")) == timedelta(hours=1)
    assert waits.state(at("2026-07-23 12:00")) == State.PAUSED


def test_what_was_late_before_the_pause_stays_late():
    late = clock("2026-07-21 10:00", 60, pause("2026-07-21 12:00"))

    assert late.due == at("2026-07-21 11:00")
    assert late.state(at("2026-07-21 13:00")) == State.LATE


def test_what_was_kept_in_a_pause_is_judged_by_the_time_before_it():
    kept = clock("2026-07-21 10:00", 120, pause("2026-07-21 11:00"), stopped="2026-07-22 09:00")

    assert kept.used(at("2026-07-30 09:00")) == timedelta(hours=1)
    assert kept.due == at("2026-07-22 10:00")
    assert kept.state(at("2026-07-30 09:00")) == State.MET


@pytest.mark.parametrize(
    ("moment", "state"),
    [("11:00", State.RUNNING), ("13:12", State.SOON), ("14:00", State.SOON), ("14:01", State.LATE)],
)
def test_a_running_clock_warns_after_its_share_and_is_late_after_its_due_time(moment, state):
    running = clock("2026-07-21 10:00", 240, warning_share=80)

    assert running.warn == at("2026-07-21 13:12")
    assert running.state(at(f"2026-07-21 {moment}")) == state


@pytest.mark.parametrize(("kept", "state"), [("14:00", State.MET), ("14:01", State.MISSED)])
def test_what_is_kept_is_judged_by_when_it_was_kept(kept, state):
    done = clock("2026-07-21 10:00", 240, stopped=f"2026-07-21 {kept}")

    assert done.state(at("2026-08-21 10:00")) == state


def test_how_late_it_is_is_said_in_working_time():
    assert clock("2026-07-24 17:00", 30).left(at("2026-07-27 09:40")) == -timedelta(hours=1, minutes=10)


def test_due_and_used_agree_for_any_pauses():
    """Used up to the due moment is exactly the promise, whatever the pauses; and pauses only ever put it off."""
    dice = random.Random(7)
    working = calendar(BERLIN, week="09:00-13:00, 14:00-18:00", d2026_03_30="", d2026_04_04="10:00-12:00")
    start = datetime(2026, 3, 27, tzinfo=UTC)
    for _round in range(300):
        edges = sorted(start + timedelta(seconds=dice.randrange(86400 * 9)) for _edge in range(6))
        pauses = [Standstill(*edges[number : number + 2]) for number in (0, 2, 4)]
        begun = start + timedelta(seconds=dice.randrange(86400 * 4))
        counted = Clock(working, begun, dice.randrange(1, 2000), pauses)

        assert counted.used(counted.due) == timedelta(minutes=counted.minutes)
        assert counted.due >= Clock(working, begun, counted.minutes).due


def test_pauses_are_joined_in_order():
    one, other = pause("2026-07-21 11:00", "2026-07-21 12:00"), pause("2026-07-21 10:00", "2026-07-21 11:00")

    assert joined([one, other]) == [pause("2026-07-21 10:00", "2026-07-21 12:00")]
    assert joined([pause("2026-07-21 10:00"), one]) == [pause("2026-07-21 10:00")]
