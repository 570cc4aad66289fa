"""A photo becomes a report, once; reviewers judge it, once."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.tests.factories import UserFactory
from attachments.models import File
from notifications.models import Notice
from tasks.models import Membership, Programme, Report, ReportPhoto
from tasks.programmes import services
from tasks.programmes.services.reporting import queue_of
from tasks.programmes.tests.factories import (
    MONDAY,
    JoinRequestFactory,
    MemberFactory,
    MembershipFactory,
    ProgrammeDayFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
    picture,
    received,
)
from tasks.programmes.tests.test_joining import stranger
from workflow.models import Conflict, MoveRefused
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
NOON = at(MONDAY, 12)
TUESDAY = date(2026, 7, 21)


def send(report, seed=1, when=NOON, by=None, data=None, name="photo.jpg"):
    with received(data or picture(seed), name) as file:
        return services.send(report.membership.member, by=by or stranger(), file=file, at=when)


def refused(report, words, **sending):
    """Say that nothing came of it, for a reason with these words."""
    photos = ReportPhoto.objects.count()
    before = Report.objects.get(pk=report.pk).status
    with pytest.raises((Conflict, ValidationError), match=words):
        send(report, **sending)
    return (ReportPhoto.objects.count(), Report.objects.get(pk=report.pk).status) == (photos, before)


def test_a_photo_is_the_report_of_today():
    report = send(ReportFactory())

    assert (report.status, report.attempts, report.sent_at) == ("reviewing", 1, NOON)
    assert Report.objects.to_review().for_list().get().photo.file == File.objects.get()


def test_auditors_report_nothing():
    with pytest.raises(PermissionDenied):
        send(ReportFactory(), by=actor_of(UserFactory(auditor=True)))


def test_a_document_is_no_photo():
    assert refused(ReportFactory(), "Send a photo", data=b"Just words", name="words.txt")


@pytest.mark.parametrize(
    ("trait", "words"),
    [
        ({"reviewing": True}, "have reported today"),
        ({"approved": True}, "approved already"),
        ({"status": "skipped"}, "have skipped"),
        ({"status": "not_participate"}, "day is over"),
    ],
)
def test_a_second_report_is_refused_with_its_reason(trait, words):
    assert refused(ReportFactory(**trait), words)


def test_a_photo_after_midnight_is_late():
    assert refused(ReportFactory(), "Yesterday is over", when=at(TUESDAY, 0, 1))


def test_before_the_hour_there_is_no_assignment():
    membership = MembershipFactory()

    with received(picture()) as file, pytest.raises(Conflict, match="comes at 09:00"):
        services.send(membership.member, by=stranger(), file=file, at=at(MONDAY, 8))


def test_who_was_excluded_in_mid_day_is_told_why():
    report = ReportFactory()
    services.exclude(report.membership, by=organiser(), note="Asked for it", at=NOON)

    assert refused(report, "excluded.*Asked for it")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda member: None, "no programme"),
        (lambda member: JoinRequestFactory(member=member), "not decided"),
        (lambda member: MembershipFactory(member=member, programme=ProgrammeFactory()), "not started"),
        (lambda member: MembershipFactory(member=member, programme=ProgrammeFactory(finished=True)), "no programme"),
    ],
)
def test_who_takes_no_part_is_told_why(make, words):
    member = MemberFactory()
    make(member)

    with received(picture()) as file, pytest.raises(Conflict, match=words):
        services.send(member, by=stranger(), file=file, at=NOON)


def test_a_declined_report_is_sent_again_while_attempts_last():
    report = ReportFactory(membership__programme__attempts=2)
    for seed in (1, 2):
        services.decline(send(report, seed), by=organiser(), note="Too dark", at=NOON)

    assert refused(report, "used up: 2", seed=3)
    bodies = list(Notice.objects.order_by("pk").values_list("body", flat=True))
    assert bodies[0] == "Too dark\nAttempts left today: 1. Send another photo."
    assert bodies[1] == "Too dark\nNo attempts are left."


def test_a_declined_report_is_not_sent_again_after_its_day():
    report = send(ReportFactory())
    services.decline(report, by=organiser(), note="Too dark", at=at(TUESDAY, 1))

    assert "The day is over." in Notice.objects.get().body
    assert refused(report, "Yesterday is over", seed=2, when=at(TUESDAY, 1))


def test_the_very_same_photo_is_refused_whoever_sent_it():
    first = ReportFactory()
    other = ReportFactory(membership__programme=first.programme, day=first.day)
    send(first, 1)

    assert refused(other, "sent before", seed=1)


def test_ones_own_declined_photo_is_refused_too():
    report = send(ReportFactory(), 1)
    services.decline(report, by=organiser(), note="Too dark", at=NOON)

    assert refused(report, "sent before", seed=1)


def test_another_programme_has_not_seen_it():
    old = ReportFactory(membership__programme=ProgrammeFactory(started=True))
    send(old, 1)
    services.approve(Report.objects.get(), by=organiser(), at=NOON)
    services.finish(old.programme, by=organiser(), at=NOON)
    fresh = ReportFactory(membership__programme=ProgrammeFactory(started=True, start=TUESDAY, finish=TUESDAY))

    assert send(fresh, 1, when=at(TUESDAY, 12)).status == "reviewing"


def test_a_photo_that_looks_like_anothers_is_flagged_with_a_link_to_it():
    first = ReportFactory()
    other = ReportFactory(membership__programme=first.programme, day=first.day)
    send(first, 1)

    send(other, data=picture(1, brightness=0.8, quality=60))

    row = Report.objects.suspicious().for_list().get()
    assert row.pk == other.pk
    assert (row.photo.near.report_id, row.photo.distance <= 10) == (first.pk, True)
    assert row.photo.near.report.member == first.membership.member


def test_ones_own_next_attempt_is_no_copy_and_other_photos_are_not_flagged():
    first = ReportFactory()
    other = ReportFactory(membership__programme=first.programme, day=first.day)
    services.decline(send(first, 1), by=organiser(), note="Too dark", at=NOON)
    send(first, data=picture(1, brightness=0.8))
    send(other, 2)

    assert not Report.objects.suspicious().exists()


def test_approval_is_one_point_and_is_told():
    report = send(ReportFactory())
    reviewer = organiser()

    services.approve(report, by=reviewer, at=NOON)

    assert (report.status, report.reviewed_by) == ("approved", reviewer.user)
    assert Notice.objects.get().body == "Your points: 1"


def test_of_two_reviewers_the_second_is_told_what_is_possible_and_there_is_one_point():
    report = send(ReportFactory())
    stale = Report.objects.get(pk=report.pk)
    services.approve(report, by=organiser())

    for judge in (
        lambda: services.approve(stale, by=organiser()),
        lambda: services.decline(stale, by=organiser(), note="Too dark"),
    ):
        with pytest.raises(MoveRefused) as refusal:
            judge()
        assert refusal.value.allowed == []
    assert Membership.objects.with_points().get().points == 1
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("over", [{"cancelled_at": NOON, "status": "cancelled"}, {"deleted_at": NOON}])
def test_what_was_sent_in_a_programme_that_is_over_is_judged_no_more(over):
    report = ReportFactory(reviewing=True)
    Programme.objects.update(**over)

    for judge in (services.approve, partial(services.decline, note="Too dark")):
        with pytest.raises(Conflict, match="over"):
            judge(report, by=organiser())
    assert not Report.objects.to_review().exists()
    assert Report.objects.get(pk=report.pk).possible_verbs() == set()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("linked", [True, False])
def test_nobody_reviews_their_own_report_while_somebody_else_can(linked):
    by = actor_of(UserFactory(manager=True, telegram_id=501))
    known = {"user": by.user} if linked else {"telegram_id": 501}
    report = ReportFactory(reviewing=True, membership__member=MemberFactory(**known))
    other = UserFactory(manager=True)

    for judge in (services.approve, partial(services.decline, note="Too dark")):
        with pytest.raises(PermissionDenied, match="Somebody else"):
            judge(report, by=by)
    assert (list(queue_of(by.user)), list(queue_of(other))) == ([], [report])
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert list(queue_of(by.user)) == [report]
    services.approve(report, by=by)

    assert report.status == "approved"


def test_employees_review_nothing():
    with pytest.raises(PermissionDenied):
        services.approve(ReportFactory(reviewing=True), by=actor_of(UserFactory(technician=True)))


def test_declining_needs_a_reason():
    with pytest.raises(ValidationError):
        services.decline(ReportFactory(reviewing=True), by=organiser(), note=" ")


def test_skipping_a_day_answers_it():
    report = ReportFactory()

    services.skip(report.membership.member, by=stranger(), at=NOON)

    report.refresh_from_db()
    assert report.status == "skipped"
    with pytest.raises(Conflict, match="have skipped"):
        services.skip(report.membership.member, by=stranger(), at=NOON)


def test_what_was_declined_is_not_skipped():
    report = ReportFactory(declined=True)

    with pytest.raises(Conflict, match="declined"):
        services.skip(report.membership.member, by=stranger(), at=NOON)


def test_the_queue_is_oldest_first_and_costs_the_same_however_long(django_assert_num_queries):
    first = ReportFactory()
    day, programme = first.day, first.programme
    for seed in range(4):
        send(ReportFactory(membership__programme=programme, day=day), seed)
    rows = Report.objects.to_review().for_list()

    with django_assert_num_queries(2):
        shown = [(row.member.full_name, row.assignment.title, row.photo.file.name) for row in rows]

    assert len(shown) == 4


def test_a_report_of_a_day_is_one_in_the_database():
    report = ReportFactory()
    ProgrammeDayFactory(programme=report.programme, number=2)

    with pytest.raises(Exception, match=r"(?i)unique"):
        ReportFactory(membership=report.membership, day=report.day)
