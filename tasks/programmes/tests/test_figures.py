"""What a programme came to is counted once, and files say what the database says."""

import csv
import io

import pytest
from openpyxl import load_workbook

from accounts.tests.factories import UserFactory
from tasks.models import Membership, ProgrammeDay, Report
from tasks.programmes import services
from tasks.programmes.analytics.reading import Reading
from tasks.programmes.tests.factories import (
    MONDAY,
    AssignmentFactory,
    MembershipFactory,
    ProgrammeDayFactory,
    ProgrammeFactory,
    ReportFactory,
    at,
    organiser,
    picture,
    received,
)
from tasks.programmes.tests.test_reporting import send
from workflow.models import Event

pytestmark = pytest.mark.django_db
SHEETS = ["Programme", "Assignments", "Days", "Members", "Reports"]


@pytest.fixture
def played():
    """Two days of one programme: Anna reports after three hours and misses, Pavel skips and is declined."""
    programme = ProgrammeFactory(started=True, title="=July")
    walk, swim = AssignmentFactory(title="Walk"), AssignmentFactory(title="Swim")
    first = ProgrammeDayFactory(programme=programme, number=1, assignment=walk)
    second = ProgrammeDayFactory(programme=programme, number=2, assignment=swim)
    anna = MembershipFactory(programme=programme, member__surname="Zaytseva")
    pavel = MembershipFactory(programme=programme, member__name="Pavel", member__surname="Belov")
    services.approve(send(ReportFactory(membership=anna, day=first), when=at(MONDAY, 12)), by=organiser())
    ReportFactory(membership=anna, day=second, status="not_participate")
    ReportFactory(membership=pavel, day=first, status="skipped")
    ReportFactory(membership=pavel, day=second, declined=True)
    return programme


def counted(figures):
    return (
        figures.days,
        figures.sent,
        figures.approved,
        figures.declined,
        figures.skipped,
        figures.not_participate,
        figures.share,
        figures.mean_minutes,
    )


def test_the_whole_is_counted(played):
    assert counted(Reading(played).total) == (4, 2, 1, 1, 1, 1, 25.0, 180.0)


def test_each_assignment_day_and_member_is_counted(played):
    reading = Reading(played)

    assert [(line.key.title, line.figures.sent, line.figures.share) for line in reading.assignments] == [
        ("Swim", 1, 0.0),
        ("Walk", 1, 50.0),
    ]
    assert [(line.key.number, line.key.on, line.figures.approved) for line in reading.days] == [
        (1, MONDAY, 1),
        (2, MONDAY.replace(day=21), 0),
    ]
    assert [(line.key.member.surname, line.figures.points, line.figures.days) for line in reading.members] == [
        ("Zaytseva", 1, 2),
        ("Belov", 0, 2),
    ]


def test_points_are_those_of_the_list_of_members(played):
    points = dict(Membership.objects.with_points().values_list("pk", "points"))

    assert {line.key.pk: line.figures.points for line in Reading(played).members} == points


def test_excused_days_lower_no_share(played):
    late = MembershipFactory(programme=played)
    day = ProgrammeDay.objects.get(number=1)
    ReportFactory(membership=late, day=day, status="not_participate", excused=True, handed_at=None)

    total = Reading(played).total

    assert (total.days, total.excused, total.share) == (4, 1, 25.0)


def test_the_time_to_report_is_that_of_the_first_photo():
    report = send(ReportFactory(), when=at(MONDAY, 10))
    services.decline(report, by=organiser(), note="Too dark", at=at(MONDAY, 11))
    send(report, seed=2, when=at(MONDAY, 20))

    total = Reading(report.programme).total

    assert (total.mean_minutes, total.reviewing, total.sent) == (60.0, 1, 1)


def test_nothing_yet_has_no_share_and_every_planned_assignment_stands_there():
    day = ProgrammeDayFactory()
    reading = Reading(day.programme)

    assert (reading.total.share, reading.total.mean_minutes) == (None, None)
    assert [(line.key, line.figures.days) for line in reading.assignments] == [(day.assignment, 0)]


def test_it_costs_three_queries_however_many_take_part(played, django_assert_num_queries):
    for membership in MembershipFactory.create_batch(20, programme=played):
        ReportFactory(membership=membership, day=ProgrammeDay.objects.get(number=1), approved=True)
    reading = Reading(played)

    with django_assert_num_queries(3):
        assert reading.total.approved == 21
        assert (len(reading.assignments), len(reading.days), len(reading.members)) == (2, 2, 22)


# -- Over the API ------------------------------------------------------------------------------------------------------
def path(programme, verb):
    return f"/api/v1/programmes/{programme.pk}/{verb}/"


@pytest.fixture
def manager(api):
    return api(UserFactory(manager=True))


def body(answer):
    return b"".join(answer)


def test_the_api_tells_the_same_figures(manager, played):
    said, reading = manager.get(path(played, "analytics")).json(), Reading(played)

    assert said["total"] == reading.total.as_dict()
    assert [row["points"] for row in said["members"]] == [1, 0]
    assert [row["title"] for row in said["days"]] == ["Walk", "Swim"]
    assert [row["share"] for row in said["assignments"]] == [0.0, 50.0]


def test_a_file_of_figures_holds_all_lines(manager, played):
    text = body(manager.get(path(played, "analytics/export"))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))

    assert [row[0] for row in rows] == ["Split", "Programme"] + ["Assignment"] * 2 + ["Day"] * 2 + ["Member"] * 2
    assert rows[1][:4] == ["Programme", "'=July", "4", "2"]


def test_the_workbook_equals_the_database(manager, played):
    book = load_workbook(io.BytesIO(body(manager.get(path(played, "export")))))
    tables = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}

    assert list(tables) == SHEETS
    assert tables["Programme"][1] == ("Title", "'=July")  # no formula
    facts = dict(tables["Programme"])
    assert (facts["Handed out"], facts["Approved"], facts["Approved, %"]) == (4, 1, 25)
    assert [(row[0], row[2]) for row in tables["Assignments"][1:]] == [("Swim", 1), ("Walk", 1)]
    assert [row[:3] for row in tables["Days"][1:]] == [(1, "2026-07-20", "Walk"), (2, "2026-07-21", "Swim")]
    points = tables["Members"][0].index("Points")
    assert [(row[0], row[points]) for row in tables["Members"][1:]] == list(
        Membership.objects.with_points().order_by("pk").values_list("pk", "points")
    )
    kept = Report.objects.order_by("on", "pk").select_related("membership__member", "day__assignment")
    assert [(row[0], row[2], row[4], row[5], row[6], row[7]) for row in tables["Reports"][1:]] == [
        (
            report.pk,
            report.on.isoformat(),
            report.assignment.title,
            report.member.full_name,
            report.get_status_display(),
            report.attempts,
        )
        for report in kept
    ]


def test_what_was_taken_is_written_down(manager, played):
    body(manager.get(path(played, "export")))

    event = Event.objects.filter(verb="export").get()
    assert (event.after["format"], event.after["filters"]) == ("xlsx", {"programme": "=July"})
    assert event.after["rows"] == 4 + 11 + 2 + 2 + 2 + 4


@pytest.mark.parametrize("door", ["reports", "memberships"])
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_registers_are_files_too(manager, played, door, form):
    answer = manager.get(f"/api/v1/{door}/export/?format={form}&programme={played.pk}")

    assert (answer.status_code, len(body(answer)) > 100) == (200, True)


def test_a_near_duplicate_stands_in_the_register(manager, played):
    first = Report.objects.get(status="approved")
    other = ReportFactory(membership=MembershipFactory(programme=played), day=first.day)
    with received(picture(1, brightness=0.8)) as file:
        services.send(other.membership.member, by=organiser(), file=file, at=at(MONDAY, 13))

    rows = manager.get("/api/v1/reports/export/?format=json&suspicious=true")

    assert f'"Looks like": {first.pk}' in body(rows).decode()


def test_an_unknown_format_is_refused(manager, played):
    assert manager.get(path(played, "analytics/export") + "?format=pdf").status_code == 400


def test_who_may_not_see_programmes_gets_no_file(api, played):
    for verb in ("analytics", "analytics/export", "export"):
        assert api(UserFactory(technician=True)).get(path(played, verb)).status_code == 403
