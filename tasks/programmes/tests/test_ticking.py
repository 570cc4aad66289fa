"""What the clock does, whenever and however often it ticks."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import organisation
from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from notifications.models import Delivery, Notice
from tasks.jobs import run_programmes
from tasks.models import Programme, Report
from tasks.programmes import services
from tasks.programmes.tests.factories import (
    MONDAY,
    AssignmentFactory,
    MembershipFactory,
    ProgrammeFactory,
    at,
    organiser,
    picture,
    received,
)
from tasks.programmes.tests.test_joining import stranger
from workflow.models import Event

pytestmark = pytest.mark.django_db
DAYS = [MONDAY + timedelta(days=number) for number in range(12)]


@pytest.fixture
def programme():
    """One that begins on Monday and lasts ten days, with a calendar."""
    for title in "ABCDEFGHIJ":
        AssignmentFactory(title=title)
    programme = ProgrammeFactory(finish=DAYS[9])
    services.fill_calendar(programme, by=organiser())
    return programme


def tick(day, hour, minute=0):
    services.tick(at=at(DAYS[day], hour, minute))


def kinds():
    return list(Notice.objects.filter(recipient=None).order_by("pk").values_list("kind", flat=True))


def statuses(membership):
    return list(membership.reports.order_by("on").values_list("status", flat=True))


def test_it_starts_on_its_day(programme):
    tick(0, 0)

    programme.refresh_from_db()
    assert programme.status == "started"
    assert Event.objects.about(programme).last().channel == "job"


def test_it_does_not_start_before(programme):
    services.tick(at=at(MONDAY - timedelta(days=1), 23, 59))

    programme.refresh_from_db()
    assert programme.status == "preparing"


def test_what_cannot_start_is_told_to_organisers_once_a_day():
    ProgrammeFactory()
    manager = UserFactory(manager=True)

    for hour in (0, 1, 2):
        tick(0, hour)
    assert Notice.objects.get().recipient == manager
    tick(1, 0)
    assert Notice.objects.count() == 2


def test_the_assignment_comes_at_the_hour_and_once(programme):
    MembershipFactory.create_batch(2, programme=programme)
    MembershipFactory(programme=programme, excluded=True)

    tick(0, 8, 59)
    assert kinds() == []
    for minute in (0, 1, 2):
        tick(0, 9, minute)

    assert kinds() == ["programme.assignment"] * 2
    assert Notice.objects.first().title == "Day 1: A"
    assert set(Report.objects.values_list("status", "on")) == {("waiting", MONDAY)}


def test_after_downtime_it_comes_within_its_day(programme):
    MembershipFactory(programme=programme)

    tick(0, 23, 30)

    assert kinds() == ["programme.assignment"]


def test_who_comes_in_during_the_day_gets_it_too(programme):
    tick(0, 9)
    MembershipFactory(programme=programme)

    tick(0, 15)

    assert kinds() == ["programme.assignment"]


def test_the_hours_are_the_organisations(programme, settings):
    Organisation.objects.update(time_zone="Asia/Yekaterinburg")
    organisation.forget()
    MembershipFactory(programme=programme)

    services.tick(at=at(MONDAY, 3, 59))
    assert kinds() == []
    services.tick(at=at(MONDAY, 4))

    assert kinds() == ["programme.assignment"]
    assert organisation.current().zone == ZoneInfo("Asia/Yekaterinburg")


def test_another_hour_is_set_by_the_environment(programme, settings):
    settings.SEND_NEW_TASK_HOUR = 6
    MembershipFactory(programme=programme)

    tick(0, 6)

    assert kinds() == ["programme.assignment"]


def test_the_picture_travels_with_the_assignment(programme):
    MembershipFactory(programme=programme)
    first = programme.days.get(number=1).assignment
    with received(picture()) as file:
        services.put_picture(first, by=organiser(), files=[file])

    tick(0, 9)

    assert Delivery.objects.get().options == {"picture": str(file.pk)}


def test_exactly_those_who_have_not_answered_are_reminded_and_once(programme):
    silent, sent, skipped, out = MembershipFactory.create_batch(4, programme=programme)
    tick(0, 9)
    with received(picture()) as file:
        services.send(sent.member, by=stranger(), file=file, at=at(MONDAY, 10))
    services.skip(skipped.member, by=stranger(), at=at(MONDAY, 10))
    services.exclude(out, by=organiser(), note="Asked for it", at=at(MONDAY, 11))

    tick(0, 19, 59)
    assert not Notice.objects.filter(kind="programme.reminder").exists()
    tick(0, 20)
    tick(0, 20, 1)

    reminders = Delivery.objects.filter(notice__kind="programme.reminder")
    assert [delivery.address for delivery in reminders] == [str(silent.member.telegram_id)]


def test_an_assignment_that_came_late_is_not_reminded_of_at_once(programme):
    MembershipFactory(programme=programme)

    tick(0, 20, 30)
    assert kinds() == ["programme.assignment"]
    tick(0, 21, 30)

    assert kinds() == ["programme.assignment", "programme.reminder"]


def test_the_day_closes_at_midnight(programme):
    membership = MembershipFactory(programme=programme)
    tick(0, 9)

    tick(1, 0)

    assert statuses(membership) == ["not_participate"]


def test_who_misses_too_many_days_in_a_row_is_excluded_and_told(programme):
    membership = MembershipFactory(programme=programme)
    for day in range(3):
        tick(day, 9)
        membership.refresh_from_db()
        assert membership.status == "active"

    tick(3, 0)
    tick(3, 9)

    membership.refresh_from_db()
    assert (membership.status, membership.reason) == ("excluded", "Missed days in a row: 3")
    assert kinds()[-1] == "programme.excluded"
    assert statuses(membership) == ["not_participate"] * 3


def test_skipping_interrupts_the_missed_days(programme):
    membership = MembershipFactory(programme=programme)
    for day in range(5):
        tick(day, 9)
        if day == 2:
            services.skip(membership.member, by=stranger(), at=at(DAYS[day], 10))
    tick(5, 0)

    membership.refresh_from_db()
    assert membership.status == "active"


def test_nobody_is_excluded_where_the_programme_says_so(programme):
    Programme.objects.update(most_missed=0)
    membership = MembershipFactory(programme=programme)
    for day in range(6):
        tick(day, 9)

    membership.refresh_from_db()
    assert membership.status == "active"


def test_whoever_was_taken_back_is_excluded_only_for_new_days(programme):
    membership = MembershipFactory(programme=programme)
    for day in range(3):
        tick(day, 9)
    tick(3, 0)
    membership.refresh_from_db()
    services.readmit(membership, by=organiser(), at=at(DAYS[3], 8))
    for day in (3, 4, 5):
        tick(day, 9)
    membership.refresh_from_db()
    assert membership.status == "active"

    tick(6, 0)

    membership.refresh_from_db()
    assert membership.status == "excluded"


def test_days_on_which_the_product_stood_still_are_nobodys_fault(programme):
    membership = MembershipFactory(programme=programme)
    tick(0, 9)
    tick(5, 9)

    assert list(membership.reports.order_by("on").values_list("status", "excused")) == [
        ("not_participate", False),
        *[("not_participate", True)] * 4,
        ("waiting", False),
    ]
    membership.refresh_from_db()
    assert membership.status == "active"


def test_after_the_last_day_it_closes_by_itself_with_the_final_message_once(programme):
    membership = MembershipFactory(programme=programme, member__name="Anna")
    tick(9, 9)
    with received(picture()) as file:
        report = services.send(membership.member, by=stranger(), file=file, at=at(DAYS[9], 10))
    tick(10, 0)
    programme.refresh_from_db()
    assert programme.status == "ready_for_complete"

    services.approve(report, by=organiser(), at=at(DAYS[10], 10))
    for hour in (11, 12):
        tick(10, hour)

    programme.refresh_from_db()
    assert programme.status == "finished"
    final = Notice.objects.get(kind="programme.final")
    assert (final.title, final.body) == ("July on the move is over", "Thank you, Anna! Points: 1 of 10.")


def test_without_reports_to_review_it_finishes_at_once(programme):
    MembershipFactory(programme=programme)
    tick(9, 9)

    tick(10, 0)

    programme.refresh_from_db()
    assert programme.status == "finished"


def test_the_next_programme_starts_in_the_same_minute(programme):
    tick(9, 9)
    following = ProgrammeFactory(start=DAYS[10], finish=date(2026, 8, 30))

    tick(10, 0)

    following.refresh_from_db()
    assert following.status == "started"


def test_a_quiet_minute_costs_few_queries_however_many_members(programme, django_assert_max_num_queries):
    MembershipFactory.create_batch(20, programme=programme)
    tick(0, 9)

    with django_assert_max_num_queries(14):
        tick(0, 9, 1)


def test_the_job_ticks_by_the_clock_on_the_wall():
    ProgrammeFactory(start=date.today() + timedelta(days=30), finish=date.today() + timedelta(days=31))

    run_programmes()

    assert Programme.objects.get().status == "preparing"
