"""Employees with an account join, report and skip over the API, and see nothing but their own."""

import pytest

from accounts.tests.factories import UserFactory
from attachments.models import File
from attachments.tests.samples import upload
from tasks.models import JoinRequest, Member
from tasks.programmes import services
from tasks.programmes.tests.factories import (
    MONDAY,
    MembershipFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
    picture,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
MINE = "/api/v1/programmes/mine/"
FORM = {
    "name": "Anna",
    "surname": "Zaytseva",
    "birth_date": "1990-12-31",
    "city": "Kazan",
    "phone": "8 912 345-67-89",
}


@pytest.fixture
def noon(clock):
    clock.set(at(MONDAY, 12))
    return clock


@pytest.fixture
def anna():
    return UserFactory(telegram_id=501)


@pytest.fixture
def report(anna):
    """Today's, handed out to an employee who joined by the bot before linking their account."""
    return ReportFactory(membership__member__telegram_id=501)


def post_photo(client, *seeds, **headers):
    files = [upload(f"{seed}.jpg", picture(seed)) for seed in seeds]
    return client.post(f"{MINE}report/", {"file": files}, format="multipart", headers=headers)


def faults(answer):
    return answer.status_code, {error["attr"] for error in answer.json()["errors"]}


def test_an_employee_joins_and_corrects_the_form(api, anna):
    programme, client = ProgrammeFactory(), api(anna)
    assert client.get(MINE).json()["joinable"]["id"] == programme.pk

    joined = client.post(f"{MINE}join/", FORM)
    corrected = client.post(f"{MINE}join/", FORM | {"city": "Samara"})

    assert (joined.status_code, corrected.status_code) == (201, 201)
    assert corrected.json()["member"] == FORM | {"city": "Samara", "phone": "+79123456789"}
    assert corrected.json()["request"] == {
        "programme": joined.json()["request"]["programme"], "status": "pending", "reason": "",
    }  # fmt: skip
    request = JoinRequest.objects.get()
    assert (request.member.user, request.applications, request.programme) == (anna, 1, programme)


def test_joining_needs_a_linked_telegram(api):
    ProgrammeFactory()

    assert api(UserFactory()).post(f"{MINE}join/", FORM).status_code == 409
    assert not Member.objects.exists()


def test_there_may_be_nothing_to_join(api, anna):
    assert api(anna).get(MINE).json() == dict.fromkeys(["member", "joinable", "request", "membership", "today"])
    assert api(anna).post(f"{MINE}join/", FORM).status_code == 409


@pytest.mark.parametrize("field", FORM)
def test_a_wrong_field_is_named(api, anna, field):
    ProgrammeFactory()

    assert faults(api(anna).post(f"{MINE}join/", FORM | {field: "0"})) == (400, {field})
    assert not Member.objects.exists()


def test_auditors_take_no_part(api):
    client = api(UserFactory(auditor=True, telegram_id=501))

    assert client.get(MINE).status_code == 403
    assert client.post(f"{MINE}join/", FORM).status_code == 403
    assert client.post(f"{MINE}skip/").status_code == 403


def test_today_is_shown_with_its_assignment(api, anna, report):
    shown = api(anna).get(MINE).json()

    assert shown["membership"]["points"] == 0
    assert (shown["today"]["id"], shown["today"]["status"]) == (report.pk, "waiting")
    assert (shown["today"]["text"], shown["today"]["picture"]) == ("Five minutes outside", False)
    assert api(anna).get(f"{MINE}picture/").status_code == 404


def test_the_picture_of_today_is_the_members_too(api, anna, report):
    with received(picture()) as file:
        services.put_picture(report.day.assignment, by=organiser(), files=[file])

    answer = api(anna).get(f"{MINE}picture/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert b"".join(answer).startswith(b"RIFF")


def test_a_photo_is_reported_once_for_each_key_and_judged(api, anna, report):
    first = post_photo(api(anna), 1, **{"Idempotency-Key": "a"})
    again = post_photo(api(anna), 1, **{"Idempotency-Key": "a"})
    second = post_photo(api(anna), 2)

    assert (first.status_code, again.json(), second.status_code) == (201, first.json(), 409)
    assert File.objects.count() == 1
    report.refresh_from_db()
    services.approve(report, by=organiser())
    assert api(anna).get(MINE).json()["membership"]["points"] == 1
    assert [row["status"] for row in api(anna).get(f"{MINE}reports/").json()["results"]] == ["approved"]


def test_members_see_their_own_photos_and_nobody_elses(api, anna, report):
    post_photo(api(anna), 1)
    (photo,) = api(anna).get(f"{MINE}reports/").json()["results"][0]["photos"]
    other = ReportFactory(membership__programme=report.programme, day=report.day)
    with received(picture(1, brightness=1.1)) as file:
        near = services.send(other.member, by=organiser(), file=file).files.get()

    assert photo.keys() == {"picture", "sent_at"}
    stranger = UserFactory(telegram_id=502)
    for name in ("url", "preview_url"):
        assert b"".join(api(anna).get(photo["picture"][name]))
        assert api(stranger).get(photo["picture"][name]).status_code == 404
    assert near.near.report == report
    assert api(anna).get(f"/api/v1/attachments/{near.file_id}/").status_code == 404


def test_what_was_declined_is_sent_again_with_another_photo(api, anna, report):
    post_photo(api(anna), 1)
    report.refresh_from_db()
    services.decline(report, by=organiser(), note="Too dark")
    today = api(anna).get(MINE).json()["today"]

    assert (today["status"], today["reason"], today["attempts_left"]) == ("declined", "Too dark", 2)
    assert faults(post_photo(api(anna), 1)) == (400, {"file"})
    assert post_photo(api(anna), 2).json()["attempts"] == 2


@pytest.mark.parametrize("files", [[], [upload("words.txt", b"words")], [upload("a.jpg", b"")], "two"])
def test_only_one_photo_is_a_report(api, anna, report, files):
    files = [upload(f"{seed}.jpg", picture(seed)) for seed in (1, 2)] if files == "two" else files

    answer = api(anna).post(f"{MINE}report/", {"file": files}, format="multipart")

    assert faults(answer) == (400, {"file"})
    report.refresh_from_db()
    assert (report.status, File.objects.count()) == ("waiting", 0)


def test_who_takes_no_part_reports_nothing(api, anna):
    assert post_photo(api(anna), 1).status_code == 409
    assert api(anna).post(f"{MINE}skip/").status_code == 409
    assert File.objects.count() == 0


def test_who_was_excluded_reports_nothing(api, anna):
    MembershipFactory(member__telegram_id=501, excluded=True)

    answer = post_photo(api(anna), 1)

    assert (answer.status_code, "Wished to leave" in answer.json()["errors"][0]["detail"]) == (409, True)
    assert api(anna).get(MINE).json()["membership"]["reason"] == "Wished to leave"


def test_today_is_skipped_once(api, anna, report):
    assert api(anna).post(f"{MINE}skip/").json()["status"] == "skipped"
    assert api(anna).post(f"{MINE}skip/").status_code == 409


def test_a_report_is_skipped_by_its_number_by_its_member_alone(api, anna, report):
    path = f"/api/v1/reports/{report.pk}/skip/"

    assert api(UserFactory(telegram_id=502)).post(path).status_code == 404
    assert api(UserFactory(admin=True)).post(path).status_code == 404
    assert api(anna).post(path).json()["status"] == "skipped"


def test_yesterdays_report_is_not_skipped_for_todays(api, anna, report, noon):
    noon.set(at(MONDAY.replace(day=21), 12))
    today = ReportFactory(membership=report.membership, day__number=2, day__programme=report.programme)

    assert api(anna).post(f"/api/v1/reports/{report.pk}/skip/").status_code == 409
    today.refresh_from_db()
    assert today.status == "waiting"


def test_others_see_nothing_of_it(api, report):
    other = api(UserFactory())

    assert other.get(MINE).json()["membership"] is None
    assert other.get(f"{MINE}reports/").json()["results"] == []
    assert other.get(f"/api/v1/reports/{report.pk}/").status_code == 403
    assert other.get(f"/api/v1/memberships/{report.membership_id}/").status_code == 403


def test_the_account_that_holds_the_telegram_now_is_the_member(api, anna):
    MembershipFactory(member__telegram_id=501, member__user=UserFactory())

    assert api(anna).get(MINE).json()["membership"] is not None


def test_ones_own_part_costs_the_same_in_the_middle_of_a_programme(api, anna, report, django_assert_max_num_queries):
    for number in range(2, 12):
        ReportFactory(membership=report.membership, day__number=number, day__programme=report.programme, approved=True)

    with django_assert_max_num_queries(10):
        assert api(anna).get(MINE).json()["membership"]["points"] == 10
    with django_assert_max_num_queries(5):
        assert len(api(anna).get(f"{MINE}reports/").json()["results"]) == 11
