"""Who is on duty at any minute, and when nobody is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from incidents.oncall import schedule
from incidents.oncall.tests.factories import DAY, HOUR, MONDAY, WEEK, DutyFactory
from incidents.oncall.weeks import overview

pytestmark = pytest.mark.django_db


def test_a_duty_counts_from_its_start_up_to_its_end():
    duty = DutyFactory()

    assert schedule.now(MONDAY - timedelta(microseconds=1)) is None
    assert schedule.now(MONDAY) == duty
    assert schedule.now(duty.finish - timedelta(microseconds=1)) == duty
    assert schedule.now(duty.finish) is None


def test_a_substitute_goes_before_whoever_has_the_duty():
    duty = DutyFactory()
    substitution = DutyFactory(original=duty, start=MONDAY + DAY, finish=MONDAY + 2 * DAY)

    assert schedule.now(MONDAY + DAY) == substitution
    assert schedule.person_at(MONDAY + DAY) == substitution.person
    assert schedule.person_at(MONDAY + 2 * DAY) == duty.person
    assert schedule.now(MONDAY + 2 * DAY) == duty
    assert [span.duty for span in schedule.Schedule.between(MONDAY, MONDAY + WEEK).spans] == [duty, substitution, duty]


def test_what_is_deleted_counts_no_more():
    DutyFactory(deleted_at=MONDAY, deleted_by=UserFactory(), deletion_note="Wrong week.")

    assert schedule.now(MONDAY) is None
    assert schedule.person_at(MONDAY) is None


def test_the_time_of_somebody_who_left_is_a_gap_until_somebody_stands_in():
    gone = DutyFactory(person__is_active=False)
    substitution = DutyFactory(original=gone, start=MONDAY, finish=MONDAY + DAY)

    spans = schedule.Schedule.between(MONDAY, MONDAY + WEEK).spans

    assert [(span.duty, span.length) for span in spans] == [(substitution, DAY), (None, 6 * DAY)]
    assert (schedule.now(MONDAY), schedule.now(MONDAY + DAY)) == (substitution, None)
    assert (schedule.person_at(MONDAY), schedule.person_at(MONDAY + DAY)) == (substitution.person, None)


def test_gaps_are_where_nobody_is():
    DutyFactory(start=MONDAY + HOUR, finish=MONDAY + 2 * HOUR)
    DutyFactory(start=MONDAY + 2 * HOUR, finish=MONDAY + 3 * HOUR)

    gaps = schedule.Schedule.between(MONDAY, MONDAY + 5 * HOUR).gaps

    assert [(gap.start - MONDAY, gap.finish - MONDAY) for gap in gaps] == [(0 * HOUR, HOUR), (3 * HOUR, 5 * HOUR)]


def test_an_empty_table_is_one_gap():
    assert [gap.length for gap in schedule.Schedule.between(MONDAY, MONDAY + WEEK).gaps] == [WEEK]


def test_next_on_duty_is_somebody_else():
    first = DutyFactory()
    DutyFactory(number=1, person=first.person)
    third = DutyFactory(number=2)

    following = schedule.after(MONDAY)

    assert (following.person, following.start) == (third.person, MONDAY + 2 * WEEK)


def test_nobody_is_next_where_nobody_is_planned():
    DutyFactory()

    assert schedule.after(MONDAY) is None


def test_the_overview_marks_the_days_that_lack_somebody():
    now = datetime(2026, 7, 22, 12, tzinfo=UTC)  # a Wednesday
    duty = DutyFactory(start=MONDAY, finish=now + DAY)

    seen = overview(now)

    gap_days = [day.date.isoformat() for week in seen.weeks for day in week if day.has_gap]
    assert (seen.present.person, seen.present.finish, seen.following) == (duty.person, now + DAY, None)
    assert gap_days[0] == "2026-07-23"
    assert len(seen.weeks) == 5
    assert len(gap_days) == 5 * 7 - 3
    assert [gap.start for gap in seen.gaps] == [now + DAY]


def test_past_days_without_anybody_are_nobodys_worry():
    now = datetime(2026, 7, 26, 12, tzinfo=UTC)
    DutyFactory(start=now - HOUR, finish=now + 6 * WEEK)

    seen = overview(now)

    assert (seen.gaps, [day for week in seen.weeks for day in week if day.has_gap]) == ([], [])


@pytest.mark.parametrize("rows", [1, 50])
def test_the_schedule_costs_one_query(rows):
    for number in range(rows):
        DutyFactory(start=MONDAY + number * HOUR, finish=MONDAY + (number + 1) * HOUR)

    with CaptureQueriesContext(connection) as cost:
        spans = schedule.Schedule.between(MONDAY, MONDAY + WEEK).spans

    assert (len(cost), len(spans)) == (1, rows + 1)
