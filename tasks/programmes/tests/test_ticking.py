"""What the clock does, whenever and however often it ticks."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import organisation
from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from notifications.dispatch.hearing import note_heard
from notifications.models import BotState, BotUpdate, Chat, Delivery, Notice
from notifications.models.bot import ONLY
from tasks.jobs import run_programmes
from tasks.models import Programme, Report
from tasks.programmes import services
from tasks.programmes.tests.factories import (
    MONDAY,
    AssignmentFactory,
    MembershipFactory,
    ProgrammeFactory,
    ReportFactory,
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
    notice = Notice.objects.get()
    assert (notice.recipient, notice.url) == (manager, Programme.objects.get().get_absolute_url())
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


class TestReviewers:
    """They are told of photos that wait, and not of each."""

    @pytest.fixture
    def manager(self, programme):
        tick(0, 0)
        return UserFactory(manager=True)

    def arrives(self, day, hour):
        membership = MembershipFactory(programme=Programme.objects.get())
        planned = membership.programme.days.get(number=day + 1)
        return ReportFactory(membership=membership, day=planned, reviewing=True, sent_at=at(DAYS[day], hour))

    def told(self, manager):
        return list(Notice.objects.filter(recipient=manager, kind="programme.review").order_by("pk"))

    def test_the_first_ones_are_told_at_once_and_together(self, programme, manager):
        for _photo in range(3):
            self.arrives(0, 10)
        tick(0, 10, 5)
        self.arrives(0, 11)
        tick(0, 12)

        (notice,) = self.told(manager)
        assert (notice.title, notice.url) == (f"Photos to review: {programme}", "/programmes/reports/")
        assert "Waiting: 3, the first since 20 Jul 2026 10:00" in notice.body

    def test_who_looks_at_none_is_reminded_in_the_morning(self, manager):
        self.arrives(0, 10)
        for hour in (11, 20, 23):
            tick(0, hour)
        assert len(self.told(manager)) == 1

        for hour in (0, 8, 9, 10, 20):
            tick(1, hour)

        assert len(self.told(manager)) == 2

    def test_after_an_empty_queue_they_are_told_again_but_not_every_minute(self, manager):
        tick_at = ((10, 5), (10, 30), (11, 10))
        for hour, minute in tick_at:
            report = self.arrives(0, hour)
            Report.objects.filter(pk=report.pk).update(sent_at=at(DAYS[0], hour, minute - 1))
            tick(0, hour, minute)
            if minute != 30:
                Report.objects.update(status="skipped")

        assert len(self.told(manager)) == 2

    def test_what_nobody_can_judge_is_told_to_nobody(self, manager):
        self.arrives(0, 10)
        Programme.objects.update(status="cancelled", cancelled_at=at(DAYS[0], 10))
        tick(0, 11)

        assert self.told(manager) == []


class TestOutage:
    """The bot of members did not hear, or did not reach, anybody for a while."""

    @pytest.fixture(autouse=True)
    def _bot(self, settings):
        settings.TELEGRAM_BOT_TOKEN = "1:token"
        BotState.objects.create(pk=ONLY)

    @pytest.fixture
    def membership(self, programme):
        """Of somebody who has got the assignment of the first day."""
        membership = MembershipFactory(programme=programme)
        tick(0, 9)
        Delivery.objects.update(state="sent", sent_at=at(DAYS[0], 9, 1))
        note_heard(at(DAYS[0], 23))
        return membership

    def test_a_day_ends_once_the_bot_has_heard_what_was_sent_in_it(self, membership):
        tick(1, 0, 31)
        assert statuses(membership) == ["waiting"]

        note_heard(at(DAYS[1], 0, 32))
        tick(1, 0, 33)

        assert list(membership.reports.values_list("status", "excused")) == [("not_participate", False)]

    def test_what_was_heard_is_worked_off_first(self, membership):
        note_heard(at(DAYS[1], 1))
        sent = int(at(DAYS[0], 23, 30).timestamp())
        update = BotUpdate.objects.create(pk=1, payload={"message": {"date": sent}})
        tick(1, 1)
        assert statuses(membership) == ["waiting"]

        BotUpdate.objects.filter(pk=update.pk).update(state="done")
        tick(1, 1)

        assert statuses(membership) == ["not_participate"]

    def test_what_telegram_no_longer_keeps_is_not_waited_for_and_nobodys_fault(self, programme, membership):
        Programme.objects.update(most_missed=1)
        tick(1, 23)
        assert statuses(membership)[0] == "waiting"

        tick(2, 0)

        assert membership.reports.order_by("on").values_list("status", "excused").first() == ("not_participate", True)
        membership.refresh_from_db()
        assert membership.status == "active"

    @pytest.mark.parametrize("sent_at", [None, at(DAYS[1], 0, 5)])
    def test_whom_the_assignment_did_not_reach_in_time_has_missed_nothing(self, membership, sent_at):
        Delivery.objects.update(state="sent" if sent_at else "pending", sent_at=sent_at)
        note_heard(at(DAYS[1], 1))
        tick(1, 1)

        assert list(membership.reports.values_list("status", "excused")) == [("not_participate", True)]

    def test_whoever_has_blocked_the_bot_misses_the_day(self, membership):
        Delivery.objects.update(state="dead", sent_at=None, error="blocked")
        number = membership.member.telegram_id
        Chat.objects.create(telegram_id=number, kind="private", closed_at=at(DAYS[0], 9), error="blocked")
        note_heard(at(DAYS[1], 1))
        tick(1, 1)

        assert list(membership.reports.values_list("status", "excused")) == [("not_participate", False)]

    def test_the_last_day_waits_too(self, programme, membership):
        Programme.objects.update(finish=DAYS[0])
        tick(1, 0, 31)
        programme.refresh_from_db()
        assert programme.status == "started"

        note_heard(at(DAYS[1], 0, 32))
        tick(1, 0, 33)

        programme.refresh_from_db()
        assert programme.status == "finished"


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


def test_the_picture_of_the_day_is_looked_up_once(programme):
    MembershipFactory.create_batch(3, programme=programme)
    tick(0, 0)
    with CaptureQueriesContext(connection) as asked:
        tick(0, 9)

    assert kinds() == ["programme.assignment"] * 3
    assert len([query for query in asked if "tasks_assignmentpicture" in query["sql"]]) == 1
