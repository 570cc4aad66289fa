"""Programmes and the catalogue: who may, when, and what it does to the calendar."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from notifications.models import Notice
from tasks.models import Assignment, Programme
from tasks.programmes import services
from tasks.programmes.tests.factories import (
    FINAL,
    MONDAY,
    AssignmentFactory,
    JoinRequestFactory,
    MembershipFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
    picture,
    received,
)
from workflow.models import Conflict, Event, MoveRefused, StaleVersion
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
BEFORE = at(MONDAY - timedelta(days=3), 12)
FIELDS = {"title": "July", "start": MONDAY, "finish": date(2026, 7, 22), "final_message": FINAL}


def create(by=None, **fields):
    return services.create(by=by or organiser(), at=BEFORE, **(FIELDS | fields))


def told():
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def planned(programme):
    return list(programme.days.order_by("number").values_list("assignment__title", flat=True))


def test_a_new_programme_prepares_with_a_filled_calendar():
    AssignmentFactory.create_batch(4)

    programme = create()

    assert programme.status == "preparing"
    assert len(set(planned(programme))) == programme.length == 3
    assert Event.objects.about(programme).get().verb == "create-programme"


def test_assignments_come_again_only_when_all_others_have():
    AssignmentFactory(title="A")
    AssignmentFactory(title="B")
    AssignmentFactory(title="Z", archived_at=BEFORE)

    programme = create(finish=date(2026, 7, 24))

    assert planned(programme) == ["A", "B", "A", "B", "A"]


@pytest.mark.parametrize("role", [{}, {"technician": True}, {"auditor": True}])
def test_only_organisers_set_programmes_up(role):
    with pytest.raises(PermissionDenied):
        create(by=actor_of(UserFactory(**role)))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": " "}, "title"),
        ({"finish": MONDAY - timedelta(days=1)}, "finish"),
        ({"finish": MONDAY + timedelta(days=400)}, "finish"),
        ({"start": date(2026, 7, 1)}, "start"),
        ({"final_message": "{score}"}, "final_message"),
        ({"final_message": "{name.__class__}"}, "final_message"),
        ({"final_message": ""}, "final_message"),
        ({"attempts": 0}, "attempts"),
        ({"join_days": 1000}, "join_days"),
    ],
)
def test_bad_fields_are_refused_by_name(fields, wrong):
    with pytest.raises(ValidationError) as refusal:
        create(**fields)

    assert list(refusal.value.message_dict) == [wrong]


@pytest.mark.parametrize(
    ("start", "finish", "free"),
    [(-3, -1, True), (-3, 0, False), (1, 1, False), (2, 5, False), (3, 5, True), (-1, 9, False)],
)
def test_programmes_do_not_overlap(start, finish, free):
    ProgrammeFactory(started=True)
    day = timedelta(days=1)
    dates = {"start": MONDAY + start * day, "finish": MONDAY + finish * day}

    if free:
        assert create(**dates).pk
    else:
        with pytest.raises(ValidationError, match="do not overlap"):
            create(**dates)


def test_the_days_of_a_cancelled_programme_are_free():
    ProgrammeFactory(cancelled=True)

    assert create().pk


def test_one_programme_prepares_at_a_time():
    create()

    with pytest.raises(ValidationError, match="at most"):
        create(start=date(2026, 9, 1), finish=date(2026, 9, 2))


def test_a_start_that_moves_takes_its_calendar_along_and_is_told_to_whoever_takes_part_or_asked():
    AssignmentFactory.create_batch(3)
    programme = create()
    JoinRequestFactory(programme=programme)
    MembershipFactory(programme=programme)
    MembershipFactory(programme=programme, excluded=True)
    before = planned(programme)

    services.edit(
        programme, by=organiser(), at=BEFORE, start=MONDAY + timedelta(days=7), finish=MONDAY + timedelta(days=9)
    )

    assert planned(programme) == before
    assert told() == ["programme.moved"] * 2


def test_the_same_start_is_told_to_nobody():
    programme = create()
    MembershipFactory(programme=programme)

    services.edit(programme, by=organiser(), at=BEFORE, title="August", start=MONDAY)

    assert told() == []


def test_a_later_end_is_filled_and_an_earlier_one_drops_days():
    AssignmentFactory.create_batch(2)
    programme = create()

    services.edit(programme, by=organiser(), at=BEFORE, finish=MONDAY + timedelta(days=4))
    assert len(planned(programme)) == 5
    services.edit(programme, by=organiser(), at=BEFORE, finish=MONDAY)
    assert len(planned(programme)) == 1


def test_a_running_programme_keeps_its_start():
    programme = ProgrammeFactory(started=True)

    with pytest.raises(Conflict, match="first day"):
        services.edit(programme, by=organiser(), at=at(MONDAY, 12), start=MONDAY + timedelta(days=1))


def test_a_running_programme_cannot_end_in_the_past():
    programme = ProgrammeFactory(started=True)

    with pytest.raises(ValidationError, match="over"):
        services.edit(programme, by=organiser(), at=at(date(2026, 7, 22), 12), finish=date(2026, 7, 21))


@pytest.mark.parametrize("trait", ["finished", "cancelled"])
def test_what_is_over_is_not_changed(trait):
    with pytest.raises(Conflict, match="over"):
        services.edit(ProgrammeFactory(**{trait: True}), by=organiser(), title="Other")


def test_a_stale_edit_is_refused():
    programme = create()
    services.edit(programme, by=organiser(), at=BEFORE, title="August")

    with pytest.raises(StaleVersion):
        services.edit(programme, by=organiser(), at=BEFORE, version=1, title="September")


def test_an_edited_message_is_checked_too():
    with pytest.raises(ValidationError, match="no variable"):
        services.edit(create(), by=organiser(), at=BEFORE, final_message="{score}")


def test_a_start_by_hand_before_its_day_begins_today():
    AssignmentFactory()
    programme = create()
    MembershipFactory(programme=programme)

    services.start(programme, by=organiser(), at=at(MONDAY - timedelta(days=1), 8))

    assert (programme.status, programme.start) == ("started", MONDAY - timedelta(days=1))
    assert len(planned(programme)) == 4
    assert told() == ["programme.moved"]


def test_a_programme_without_assignments_does_not_start():
    programme = create()

    with pytest.raises(Conflict, match="catalogue is empty"):
        services.start(programme, by=organiser(), at=at(MONDAY, 8))


def test_a_second_programme_does_not_start():
    ProgrammeFactory(started=True)
    AssignmentFactory()
    other = ProgrammeFactory(start=date(2026, 8, 1), finish=date(2026, 8, 2))

    with pytest.raises(Conflict, match="one at a time"):
        services.start(other, by=organiser(), at=at(date(2026, 8, 1), 8))


def test_a_programme_whose_days_are_over_does_not_start():
    AssignmentFactory()

    with pytest.raises(Conflict, match="other dates"):
        services.start(ProgrammeFactory(), by=organiser(), at=at(date(2026, 7, 23), 8))


def test_finishing_early_ends_it_today_and_thanks_everybody_once():
    programme = ProgrammeFactory(started=True)
    membership = MembershipFactory(programme=programme, member__name="Anna")
    MembershipFactory(programme=programme, excluded=True)
    ReportFactory(membership=membership, approved=True)

    services.finish(programme, by=organiser(), at=at(MONDAY, 18))

    assert (programme.status, programme.finish) == ("finished", MONDAY)
    assert Notice.objects.get().body == "Thank you, Anna! Points: 1 of 1."
    with pytest.raises(MoveRefused):
        services.finish(programme, by=organiser(), at=at(MONDAY, 18))


def test_nothing_finishes_while_reports_wait_for_review():
    report = ReportFactory(reviewing=True)

    with pytest.raises(Conflict, match="not reviewed"):
        services.finish(report.programme, by=organiser(), at=at(MONDAY, 18))


def test_finishing_closes_the_open_day():
    report = ReportFactory()

    services.finish(report.programme, by=organiser(), at=at(MONDAY, 18))

    report.refresh_from_db()
    assert (report.status, report.excused) == ("not_participate", True)


def test_a_cancelled_programme_tells_whoever_takes_part():
    report = ReportFactory()

    services.cancel(report.programme, by=organiser(), note="Too hot", at=at(MONDAY, 18))

    assert told() == ["programme.cancelled"]
    assert "Too hot" in Notice.objects.get().body
    report.refresh_from_db()
    assert report.status == "not_participate"


ENDS = {
    "cancel": lambda programme: services.cancel(programme, by=organiser(), note="Too hot", at=BEFORE),
    "finish": lambda programme: services.finish(programme, by=organiser(), at=at(MONDAY, 18)),
    "delete": lambda programme: services.delete(programme, by=actor_of(UserFactory(admin=True)), note="Too hot"),
}


@pytest.mark.parametrize(
    ("verb", "trait", "kind", "words"),
    [
        ("cancel", {}, "programme.cancelled", "Too hot"),
        ("finish", {"started": True}, "programme.undecided", "not decided in time"),
        ("delete", {}, "programme.cancelled", "Too hot"),
    ],
)
def test_whoever_waits_for_a_decision_hears_that_none_comes(verb, trait, kind, words):
    request = JoinRequestFactory(programme=ProgrammeFactory(**trait))

    ENDS[verb](request.programme)

    notice = Notice.objects.get()
    assert (notice.kind, words in notice.body) == (kind, True)
    request.refresh_from_db()
    assert (request.status, bool(request.reason), bool(request.decided_by)) == ("declined", True, True)
    assert not request.member.requests.pending().exists()


def test_deleting_what_is_over_tells_nobody():
    MembershipFactory(programme=ProgrammeFactory(finished=True))

    services.delete(Programme.objects.get(), by=actor_of(UserFactory(admin=True)), note="Old")

    assert told() == []


def test_what_has_started_meanwhile_is_not_deleted():
    AssignmentFactory()
    programme = create()
    stale = Programme.objects.get(pk=programme.pk)
    services.start(programme, by=organiser(), at=BEFORE)

    with pytest.raises(Conflict, match="running"):
        services.delete(stale, by=actor_of(UserFactory(admin=True)), note="No")
    assert Programme.objects.get(pk=programme.pk).deleted_at is None


@pytest.mark.postgresql
def test_dates_are_locked_before_programmes_whoever_takes_both():
    programme = create()
    with CaptureQueriesContext(connection) as asked:
        services.edit(programme, by=organiser(), at=BEFORE, title="August")

    locked = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert ["accounts_organisation" in sql for sql in locked[:2]] == [True, False]


def test_thanking_everybody_asks_once_who_may_be_written_to():
    programme = ProgrammeFactory(started=True)
    MembershipFactory.create_batch(3, programme=programme)
    with CaptureQueriesContext(connection) as asked:
        services.finish(programme, by=organiser(), at=at(MONDAY, 18))

    assert told() == ["programme.final"] * 3
    assert len([query for query in asked if "notifications_chat" in query["sql"]]) == 1


def test_a_running_programme_is_not_deleted_and_a_deleted_one_returns_only_to_free_days():
    by = actor_of(UserFactory(admin=True))
    running = ProgrammeFactory(started=True, start=date(2026, 6, 1), finish=date(2026, 6, 2))
    with pytest.raises(Conflict, match="running"):
        services.delete(running, by=by, note="No")
    programme = create()
    services.delete(programme, by=by, note="By mistake")
    create()

    with pytest.raises(ValidationError, match="overlap"):
        services.undelete(programme, by=by)


def test_a_coming_day_gets_another_assignment():
    AssignmentFactory.create_batch(3)
    programme, other = create(), AssignmentFactory(title="Swim")

    services.plan_day(programme, by=organiser(), number=2, assignment=other, at=BEFORE)

    assert planned(programme)[1] == "Swim"
    assert Event.objects.about(programme).last().after == {"day": 2, "assignment": "Swim"}


@pytest.mark.parametrize(("number", "may"), [(1, False), (2, False), (3, True)])
def test_in_a_running_programme_only_days_to_come_change(number, may):
    AssignmentFactory.create_batch(3)
    programme, other = create(), AssignmentFactory(title="Swim")
    services.start(programme, by=organiser(), at=at(MONDAY, 1))
    tuesday = at(date(2026, 7, 21), 1)

    if may:
        services.plan_day(programme, by=organiser(), number=number, assignment=other, at=tuesday)
        assert planned(programme)[number - 1] == "Swim"
    else:
        with pytest.raises(Conflict, match="begun"):
            services.plan_day(programme, by=organiser(), number=number, assignment=other, at=tuesday)


@pytest.mark.parametrize("number", [0, 4])
def test_a_day_that_the_programme_does_not_have_is_refused(number):
    with pytest.raises(ValidationError, match="no such day"):
        services.plan_day(create(), by=organiser(), number=number, assignment=AssignmentFactory(), at=BEFORE)


def test_an_archived_assignment_is_not_planned_by_hand():
    with pytest.raises(ValidationError, match="archived"):
        services.plan_day(
            create(), by=organiser(), number=1, assignment=AssignmentFactory(archived_at=BEFORE), at=BEFORE
        )


def test_a_calendar_with_gaps_is_filled_when_the_catalogue_has_something():
    programme = create()
    AssignmentFactory()

    assert services.fill_calendar(programme, by=organiser()) == 3
    assert services.fill_calendar(programme, by=organiser()) == 0


def test_an_assignment_comes_with_its_picture():
    with received(picture()) as file:
        assignment = services.create_assignment(by=organiser(), title=" Run ", text="5 km", files=[file])

    assert (assignment.title, assignment.picture) == ("Run", file)


def test_the_latest_picture_is_shown():
    with received(picture(1)) as one:
        assignment = services.create_assignment(by=organiser(), title="Run", files=[one])
    with received(picture(2)) as other:
        services.put_picture(assignment, by=organiser(), files=[other])

    assert Assignment.objects.for_list().get().picture == other


def test_a_document_is_no_picture():
    with received(b"Just words", "words.txt") as file, pytest.raises(ValidationError, match="image"):
        services.put_picture(AssignmentFactory(), by=organiser(), files=[file])


def test_archiving_and_back():
    assignment = AssignmentFactory()

    services.archive_assignment(assignment, by=organiser())
    with pytest.raises(Conflict, match="already"):
        services.archive_assignment(assignment, by=organiser())
    assert not Assignment.objects.offered().exists()
    services.unarchive_assignment(assignment, by=organiser())
    with pytest.raises(Conflict, match="not archived"):
        services.unarchive_assignment(assignment, by=organiser())

    assert Assignment.objects.offered().get() == assignment


def test_employees_keep_no_catalogue():
    by = actor_of(UserFactory(technician=True))

    with pytest.raises(PermissionDenied):
        services.create_assignment(by=by, title="Run")
    with pytest.raises(PermissionDenied):
        services.edit_assignment(AssignmentFactory(), by=by, title="Walk")


def test_the_list_counts_members_requests_and_reports_to_review():
    report = ReportFactory(reviewing=True)
    MembershipFactory(programme=report.programme)
    MembershipFactory(programme=report.programme, excluded=True)
    JoinRequestFactory(programme=report.programme)

    row = Programme.objects.for_list().get()

    assert (row.member_count, row.request_count, row.review_count) == (2, 1, 1)
