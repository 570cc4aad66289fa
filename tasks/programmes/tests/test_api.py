"""Organisers keep programmes, the catalogue, members and reports over the API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from attachments.tests.samples import upload
from notifications.models import Notice
from tasks.models import Assignment, Membership, Programme, ProgrammeDay
from tasks.programmes import services
from tasks.programmes.tests.factories import (
    FINAL,
    MONDAY,
    AssignmentFactory,
    JoinRequestFactory,
    MemberFactory,
    MembershipFactory,
    ProgrammeDayFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
    picture,
)
from tasks.programmes.tests.test_reporting import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
ROOT = "/api/v1/"
PROGRAMMES = f"{ROOT}programmes/"
SET_UP = {"title": "July", "start": "2026-07-20", "finish": "2026-07-22", "final_message": FINAL}
NOUNS = ["programmes", "assignments", "members", "join-requests", "memberships", "reports"]


@pytest.fixture
def noon(clock):
    clock.set(at(MONDAY, 12))
    return clock


@pytest.fixture
def manager(api):
    return api(UserFactory(manager=True))


def one(noun, subject, verb=""):
    return f"{ROOT}{noun}/{subject.pk}/{verb}"


def rows(answer):
    return [row["id"] for row in answer.json()["results"]]


def faults(answer):
    return answer.status_code, [(error["attr"], error["code"]) for error in answer.json()["errors"]]


def is_seen(client, shown):
    answer = client.get(shown["preview_url"])
    return (answer.status_code, bool(b"".join(answer))) == (200, True)  # read to the end, the file is closed


# -- Programmes --------------------------------------------------------------------------------------------------------
def test_a_programme_is_set_up_once_for_each_key_and_its_calendar_is_filled(manager):
    AssignmentFactory.create_batch(2)

    first = manager.post(PROGRAMMES, SET_UP, headers={"Idempotency-Key": "a"})
    again = manager.post(PROGRAMMES, SET_UP, headers={"Idempotency-Key": "a"})

    assert (first.status_code, again.json()) == (201, first.json())
    assert (first.json()["status"], first.json()["length"], first.json()["join_until"]) == (
        "preparing",
        3,
        "2026-07-22",
    )
    days = manager.get(f"{first['Location']}days/").json()
    assert [(day["number"], day["on"]) for day in days] == [(1, "2026-07-20"), (2, "2026-07-21"), (3, "2026-07-22")]
    assert all(day["assignment"] for day in days)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"finish": "2026-07-19"}, ("finish", "invalid")),
        ({"start": "2026-07-01"}, ("start", "invalid")),
        ({"start": "soon"}, ("start", "invalid")),
        ({"title": " "}, ("title", "blank")),
        ({"final_message": "Hello {who}"}, ("final_message", "variable")),
        ({"final_message": "Hello {name"}, ("final_message", "braces")),
        ({"attempts": 0}, ("attempts", "min_value")),
        ({"join_days": 10**9}, ("join_days", "max_value")),
        ({"finish": "9999-12-31"}, ("finish", "invalid")),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(manager, change, fault):
    assert faults(manager.post(PROGRAMMES, SET_UP | change)) == (400, [fault])
    assert not Programme.objects.exists()


def test_the_end_of_time_breaks_no_list(manager):
    made = manager.post(PROGRAMMES, SET_UP | {"start": "9999-12-30", "finish": "9999-12-31", "join_days": 300})

    assert (made.status_code, made.json()["join_until"]) == (201, "9999-12-31")
    assert manager.get(PROGRAMMES).status_code == 200


def test_a_second_one_cannot_be_prepared(manager):
    ProgrammeFactory()

    answer = manager.post(PROGRAMMES, SET_UP | {"start": "2026-08-01", "finish": "2026-08-02"})

    assert faults(answer) == (400, [("start", "alone")])


def test_overlapping_days_say_so(manager):
    ProgrammeFactory(started=True)

    assert faults(manager.post(PROGRAMMES, SET_UP)) == (400, [("start", "overlap")])


def test_a_programme_runs_from_start_to_finish(manager):
    AssignmentFactory()
    programme = ProgrammeFactory()

    started = manager.post(one("programmes", programme, "start/"), {})
    again = manager.post(one("programmes", programme, "start/"), {})
    finished = manager.post(one("programmes", programme, "finish/"), {})

    assert (started.json()["status"], finished.json()["status"]) == ("started", "finished")
    assert (again.status_code, again.json()["allowed"]) == (409, ["cancelled", "finished", "ready_for_complete"])
    events = manager.get(one("programmes", programme, "timeline/")).json()["results"]
    assert [(event["verb"], event["channel"]) for event in events] == [
        ("start-programme", "api"),
        ("finish-programme", "api"),
    ]


def test_it_does_not_finish_while_reports_wait(manager):
    report = ReportFactory(reviewing=True)

    assert manager.post(one("programmes", report.programme, "finish/"), {}).status_code == 409
    assert manager.post(one("reports", report, "approve/"), {}).status_code == 200
    assert manager.post(one("programmes", report.programme, "finish/"), {}).status_code == 200


def test_it_is_called_off(manager):
    programme = ProgrammeFactory()

    assert manager.post(one("programmes", programme, "cancel/"), {"note": "Rain"}).json()["status"] == "cancelled"
    assert manager.patch(one("programmes", programme), {"title": "August"}).status_code == 409


def test_a_change_needs_the_version_it_was_read_at(manager):
    programme = ProgrammeFactory()

    changed = manager.patch(one("programmes", programme), {"title": "Summer"}, headers={"If-Match": '"1"'})
    stale = manager.patch(one("programmes", programme), {"title": "Winter"}, headers={"If-Match": '"1"'})

    assert (changed.json()["title"], changed["ETag"], stale.status_code) == ("Summer", '"2"', 412)


def test_only_administrators_delete(api, manager):
    programme, admin = ProgrammeFactory(cancelled=True), api(UserFactory(admin=True))

    assert manager.post(one("programmes", programme, "delete/"), {"note": "Trial"}).status_code == 403
    assert admin.post(one("programmes", programme, "delete/"), {"note": "Trial"}).status_code == 200
    assert (rows(manager.get(PROGRAMMES)), manager.get(one("programmes", programme)).status_code) == ([], 404)
    assert admin.post(one("programmes", programme, "undelete/"), {}).status_code == 200


# -- Calendar and catalogue --------------------------------------------------------------------------------------------
def test_a_day_is_chosen_and_the_rest_is_filled(manager):
    programme, (first, second) = ProgrammeFactory(), AssignmentFactory.create_batch(2)
    calendar = one("programmes", programme, "days/")

    chosen = manager.put(calendar, {"number": 2, "assignment": second.pk}, headers={"If-Match": '"1"'})
    stale = manager.put(calendar, {"number": 2, "assignment": first.pk}, headers={"If-Match": '"1"'})
    manager.post(one("programmes", programme, "fill/"))

    assert [day["assignment"] and day["assignment"]["id"] for day in chosen.json()] == [None, second.pk, None]
    assert (chosen["ETag"], stale.status_code) == ('"2"', 412)
    assert [day["assignment"]["id"] for day in manager.get(calendar).json()] == [first.pk, second.pk, first.pk]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"number": 4}, ("number", "invalid")),
        ({"number": 0}, ("number", "min_value")),
        ({"assignment": 10**6}, ("assignment", "does_not_exist")),
        ({"assignment": True}, ("assignment", "incorrect_type")),
    ],
)
def test_no_other_day_and_no_other_assignment_can_be_chosen(manager, body, fault):
    told = {"number": 1, "assignment": AssignmentFactory().pk} | body

    assert faults(manager.put(one("programmes", ProgrammeFactory(), "days/"), told)) == (400, [fault])
    assert not ProgrammeDay.objects.exists()


def test_a_day_that_has_begun_stays(manager):
    programme = ProgrammeFactory(started=True)
    body = {"number": 1, "assignment": AssignmentFactory().pk}

    assert manager.put(one("programmes", programme, "days/"), body).status_code == 409


def test_an_assignment_gets_a_picture_and_goes_into_the_archive(manager):
    made = manager.post(f"{ROOT}assignments/", {"title": "Walk", "text": "An hour"})
    path = made["Location"]
    changed = manager.patch(path, {"text": "Two hours"})
    shown = manager.post(f"{path}picture/", {"file": upload("walk.jpg", picture())}, format="multipart")
    shelved = manager.post(f"{path}archive/", {})

    assert (made.status_code, changed.json()["text"]) == (201, "Two hours")
    assert shown.json()["picture"]["name"] == "walk.jpg"
    assert is_seen(manager, shown.json()["picture"])
    assert (shelved.json()["archived"], manager.post(f"{path}archive/", {}).status_code) == (True, 409)
    assert rows(manager.get(f"{ROOT}assignments/?archived=false")) == []
    assert manager.post(f"{path}unarchive/", {}).json()["archived"] is False


@pytest.mark.parametrize("files", [[], [upload("note.txt", b"words")], "two"])
def test_an_assignment_has_one_picture(manager, files):
    files = [upload(f"{seed}.jpg", picture(seed)) for seed in (1, 2)] if files == "two" else files
    assignment = AssignmentFactory()

    answer = manager.post(one("assignments", assignment, "picture/"), {"file": files}, format="multipart")

    assert (answer.status_code, assignment.files.count()) == (400, 0)


# -- Members -----------------------------------------------------------------------------------------------------------
def test_a_request_is_approved_once(manager):
    request = JoinRequestFactory()

    approved = manager.post(one("join-requests", request, "approve/"), {})
    again = manager.post(one("join-requests", request, "decline/"), {"note": "Too late"})

    assert (approved.json()["status"], again.status_code, again.json()["allowed"]) == ("approved", 409, [])
    assert Membership.objects.get().member == request.member


def test_a_request_is_declined_for_a_reason(manager):
    request = JoinRequestFactory()

    assert faults(manager.post(one("join-requests", request, "decline/"), {})) == (400, [("note", "required")])
    assert manager.post(one("join-requests", request, "decline/"), {"note": "Full"}).json()["reason"] == "Full"
    assert rows(manager.get(f"{ROOT}join-requests/?status=pending")) == []


def test_a_member_is_excluded_and_taken_back(manager):
    membership = MembershipFactory()

    gone = manager.post(one("memberships", membership, "exclude/"), {"note": "Wished to leave"})
    twice = manager.post(one("memberships", membership, "exclude/"), {"note": "Wished to leave"})
    back = manager.post(one("memberships", membership, "readmit/"), {})

    assert (gone.json()["status"], gone.json()["reason"]) == ("excluded", "Wished to leave")
    assert (twice.status_code, twice.json()["allowed"], back.json()["status"]) == (409, ["active"], "active")


def test_what_a_member_told_is_corrected_and_checked(manager):
    member = MemberFactory()

    changed = manager.patch(one("members", member), {"phone": "8 999 111-22-33"})
    wrong = manager.patch(one("members", member), {"birth_date": "2025-01-01", "name": "<b>"})

    assert changed.json()["phone"] == "+79991112233"
    assert (wrong.status_code, {error["attr"] for error in wrong.json()["errors"]}) == (400, {"birth_date", "name"})


def test_members_are_found_by_name_and_by_points(manager):
    report = ReportFactory(approved=True)
    other = MembershipFactory(programme=report.programme, member__surname="Sokolova")

    assert rows(manager.get(f"{ROOT}memberships/?ordering=-points")) == [report.membership_id, other.pk]
    assert rows(manager.get(f"{ROOT}memberships/?search=sokolova")) == [other.pk]
    assert rows(manager.get(f"{ROOT}members/?search=sokolova")) == [other.member_id]


# -- Reports -----------------------------------------------------------------------------------------------------------
def test_a_report_is_judged_with_what_it_looks_like(manager):
    first = ReportFactory()
    other = ReportFactory(membership__programme=first.programme, day=first.day)
    send(first, 1)
    send(other, data=picture(1, brightness=0.8), when=at(MONDAY, 13))

    queue = manager.get(f"{ROOT}reports/?status=reviewing&ordering=sent_at").json()["results"]
    suspicious = manager.get(f"{ROOT}reports/?suspicious=true").json()["results"]

    assert [row["id"] for row in queue] == [first.pk, other.pk]
    assert [row["id"] for row in suspicious] == [other.pk]
    near = suspicious[0]["photos"][0]["near"]
    assert (near["report"], near["member"]["id"]) == (first.pk, first.membership.member_id)
    assert is_seen(manager, near["picture"])


def test_of_two_reviewers_one_wins_and_the_other_is_told(api, manager):
    report = ReportFactory(reviewing=True)

    won = manager.post(one("reports", report, "approve/"), {})
    lost = api(UserFactory(admin=True)).post(one("reports", report, "decline/"), {"note": "Too dark"})

    assert (won.json()["status"], lost.status_code, lost.json()["allowed"]) == ("approved", 409, [])
    assert Membership.objects.with_points().get().points == 1
    assert Notice.objects.count() == 1


def test_declining_needs_a_reason(manager):
    report = ReportFactory(reviewing=True)

    for note in ("", " ", "x" * 501):
        assert manager.post(one("reports", report, "decline/"), {"note": note}).status_code == 400
    assert manager.post(one("reports", report, "decline/"), {"note": "Too dark"}).json()["status"] == "declined"


def test_reports_are_narrowed(manager):
    first = ReportFactory(approved=True)
    later = ReportFactory(membership=first.membership, day__number=2, day__programme=first.programme)

    def found(query):
        return rows(manager.get(f"{ROOT}reports/?{query}"))

    assert found("") == [later.pk, first.pk]
    assert (found("after=2026-07-21"), found("before=2026-07-21")) == ([later.pk], [first.pk])
    assert found(f"assignment={first.day.assignment_id}") == [first.pk]
    assert found(f"member={first.membership.member_id}&status=waiting") == [later.pk]
    assert manager.get(f"{ROOT}reports/?status=lost").status_code == 400


# -- Who may -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("noun", NOUNS)
def test_employees_see_none_of_it_and_auditors_all(api, noun):
    report = ReportFactory()
    JoinRequestFactory(programme=report.programme)

    assert api(UserFactory()).get(f"{ROOT}{noun}/").status_code == 403
    assert api(UserFactory(technician=True)).get(f"{ROOT}{noun}/").status_code == 403
    assert len(rows(api(UserFactory(auditor=True)).get(f"{ROOT}{noun}/"))) >= 1


def test_auditors_change_nothing(api):
    report, auditor = ReportFactory(reviewing=True), api(UserFactory(auditor=True))

    assert auditor.post(one("reports", report, "approve/"), {}).status_code == 403
    assert auditor.post(PROGRAMMES, SET_UP).status_code == 403
    assert auditor.post(f"{ROOT}assignments/", {"title": "Walk"}).status_code == 403
    assert auditor.post(one("memberships", report.membership, "exclude/"), {"note": "x"}).status_code == 403


@pytest.mark.parametrize("noun", NOUNS)
def test_what_does_not_exist_is_404(manager, noun):
    assert manager.get(f"{ROOT}{noun}/{10**9}/").status_code == 404


# -- Cost --------------------------------------------------------------------------------------------------------------
def crowd(count):
    """So many members of the running programme with a report, a request and an assignment each."""
    programme = Programme.objects.running().first() or ProgrammeFactory(started=True)
    day = programme.days.first() or ProgrammeDayFactory(programme=programme)
    decider = UserFactory(manager=True)
    for _number in range(count):
        ReportFactory(membership__programme=programme, day=day, reviewing=True)
        JoinRequestFactory(programme=programme, status="declined", reason="Full", decided_by=decider)
    AssignmentFactory.create_batch(count)
    for number in range(count):
        start = MONDAY + timedelta(days=10 * (number + Programme.objects.count()))
        ProgrammeFactory(cancelled=True, start=start, finish=start)


def test_lists_and_exports_cost_the_same_whatever_their_length(manager):
    programme = ProgrammeFactory(started=True)
    paths = [f"{noun}/" for noun in NOUNS] + ["reports/export/", "memberships/export/?format=xlsx"]
    paths += [f"programmes/{programme.pk}/{verb}/" for verb in ("analytics", "export", "analytics/export", "days")]
    costs = []
    for count in (1, 49):
        crowd(count)
        costs.append({path: cost_of(manager, path) for path in paths})

    assert [path for path in paths if costs[1][path] > costs[0][path]] == []
    assert max(costs[0].values()) <= 12


def cost_of(client, path):
    with CaptureQueriesContext(connection) as cost:
        answer = client.get(f"{ROOT}{path}")
        assert answer.status_code == 200
        if answer.streaming:
            b"".join(answer)
    return len(cost)


def test_the_catalogue_counts_its_uses(manager):
    day = ProgrammeDayFactory()
    services.fill_calendar(day.programme, by=organiser())

    listed = manager.get(f"{ROOT}assignments/").json()["results"]

    assert [(row["id"], row["uses"]) for row in listed] == [(Assignment.objects.get().pk, 3)]
