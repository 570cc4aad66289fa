"""Those who keep the duty table hear of its gaps in time, once each."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import organisation
from accounts.tests.factories import UserFactory
from incidents import jobs
from incidents.models import ToldGap
from incidents.oncall import gaps
from incidents.oncall.tests.factories import DAY, HOUR, MONDAY, WEEK, DutyFactory
from notifications.models import Notice

pytestmark = pytest.mark.django_db
TEN = MONDAY + HOUR  # 10:00 in Moscow


@pytest.fixture(autouse=True)
def manager():
    found = organisation.current()
    found.time_zone = "Europe/Moscow"
    found.save()
    organisation.forget()
    return UserFactory(manager=True, language="en", time_zone="UTC")


@pytest.fixture
def gap():
    """On duty until Wednesday noon, and again from Thursday on."""
    start = MONDAY + 2 * DAY
    DutyFactory(start=MONDAY - WEEK, finish=start)
    DutyFactory(start=start + DAY, finish=start + 8 * WEEK)
    return start


def notices():
    return Notice.objects.filter(kind="duty.gap").order_by("pk")


def test_a_gap_within_two_days_is_told_once_to_those_who_keep_the_table(gap, manager):
    UserFactory(technician=True)

    assert [gaps.warn(at=TEN + number * DAY) for number in range(4)] == [1, 0, 0, 0]

    (notice,) = notices()
    assert notice.recipient == manager
    assert notice.title == "Nobody is on duty from 22 Jul 2026 06:00 UTC"
    assert "23 Jul 2026 06:00 UTC" in notice.body
    assert notice.url == reverse("oncall:table")


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (MONDAY, 0),  # nine o'clock
        (TEN - 2 * HOUR, 0),
        (TEN, 1),
        (TEN - DAY, 0),  # it is three days away
        (TEN + 3 * DAY, 0),  # it is over
    ],
)
def test_it_is_told_from_ten_o_clock_on_two_days_ahead(gap, at, told):
    assert gaps.warn(at=at) == told


def test_a_gap_that_goes_on_is_the_same_gap(gap):
    assert gaps.warn(at=gap + 2 * HOUR) == 1
    assert gaps.warn(at=gap + 5 * HOUR) == 0
    assert ToldGap.objects.get().start == gap


def test_the_end_of_the_table_is_a_gap_without_an_end():
    DutyFactory(start=MONDAY, finish=MONDAY + DAY)

    gaps.warn(at=TEN)

    assert "Until … the duty table is empty" in notices().get().body


def test_what_was_filled_and_is_torn_open_again_is_told_again(gap):
    gaps.warn(at=TEN)
    filler = DutyFactory(start=gap, finish=gap + DAY)
    assert gaps.warn(at=TEN + HOUR) == 0

    filler.delete()

    assert gaps.warn(at=TEN + 2 * HOUR) == 1


@pytest.mark.parametrize("finish", [None, MONDAY - 6 * WEEK])
def test_where_nobody_keeps_a_table_nobody_is_bothered(finish):
    if finish:
        DutyFactory(start=finish - DAY, finish=finish)

    assert gaps.warn(at=TEN) == 0


def test_before_the_first_duty_of_all_there_is_no_gap():
    DutyFactory(start=MONDAY + DAY, finish=MONDAY + 8 * WEEK)

    assert gaps.warn(at=TEN) == 0


def test_the_beat_warns(gap, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: TEN + timedelta(minutes=1))

    jobs.warn_of_gaps()

    assert notices().count() == 1
