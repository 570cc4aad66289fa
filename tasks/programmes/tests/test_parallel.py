"""Two at once, each with a database connection of its own: one point, one assignment, one photo, one programme."""

from datetime import timedelta

import pytest

from attachments import services as attachments
from attachments.tests.samples import upload
from notifications.models import Notice
from tasks.models import JoinRequest, Programme, Report, ReportPhoto
from tasks.programmes import services
from tasks.programmes.tests.factories import (
    FINAL,
    MONDAY,
    AssignmentFactory,
    MembershipFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
    picture,
)
from tasks.programmes.tests.test_joining import apply, stranger
from workflow.models import MoveRefused
from workflow.tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
NOON = at(MONDAY, 12)


def test_of_two_reviewers_one_decides():
    report, by = ReportFactory(reviewing=True), organiser()
    one, other = Report.objects.get(pk=report.pk), Report.objects.get(pk=report.pk)

    outcomes = together(
        lambda: services.approve(one, by=by, at=NOON), lambda: services.decline(other, by=by, note="Too dark", at=NOON)
    )

    assert [type(outcome) for outcome in outcomes if outcome] == [MoveRefused]
    assert Notice.objects.count() == 1


def test_two_schedulers_hand_out_and_remind_once():
    AssignmentFactory()
    programme = ProgrammeFactory()
    services.fill_calendar(programme, by=organiser())
    MembershipFactory.create_batch(2, programme=programme)

    together(*[lambda: services.tick(at=at(MONDAY, 9))] * 3)
    together(*[lambda: services.tick(at=at(MONDAY, 20))] * 3)

    kinds = Notice.objects.filter(recipient=None).values_list("kind", flat=True)
    assert sorted(kinds) == ["programme.assignment"] * 2 + ["programme.reminder"] * 2


def test_of_the_same_photo_from_two_members_one_counts():
    first = ReportFactory()
    other = ReportFactory(membership__programme=first.programme, day=first.day)

    def send(report):
        with attachments.received([upload("photo.jpg", picture())]) as files:
            services.send(report.membership.member, by=stranger(), file=files[0], at=NOON)

    outcomes = together(lambda: send(first), lambda: send(other))

    assert len([outcome for outcome in outcomes if outcome]) == 1
    assert ReportPhoto.objects.count() == 1
    assert sorted(Report.objects.values_list("status", flat=True)) == ["reviewing", "waiting"]


def test_the_form_sent_twice_at_once_is_one_request():
    ProgrammeFactory()

    outcomes = together(apply, apply)

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert JoinRequest.objects.get().applications == 1


def test_of_two_programmes_set_up_at_once_one_is_refused():
    by = organiser()
    dates = {"start": MONDAY, "finish": MONDAY + timedelta(days=2)}

    def create():
        services.create(by=by, title="July", final_message=FINAL, at=at(MONDAY - timedelta(days=1), 12), **dates)

    outcomes = together(create, create)

    assert len([outcome for outcome in outcomes if outcome]) == 1
    assert Programme.objects.count() == 1
