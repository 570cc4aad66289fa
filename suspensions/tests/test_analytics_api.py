import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader
from reportlab.platypus import SimpleDocTemplate, Spacer

from accounts import organisation
from accounts.models import Organisation
from accounts.policy import ROLES
from accounts.tests.factories import UserFactory
from suspensions.analytics import folding
from suspensions.analytics.consequences import state_of
from suspensions.models import Segment, Suspension
from suspensions.tests.factories import ProcessLimitFactory, SuspensionFactory, TechProcessFactory
from suspensions.tests.year import year_of_cases
from workflow import paper
from workflow.models import Event

pytestmark = pytest.mark.django_db
ANALYTICS, EXPORT = "/api/v1/suspensions/analytics/", "/api/v1/suspensions/analytics/export/"
MOSCOW = ZoneInfo("Europe/Moscow")
YEAR = {"start": "2025-01-01", "finish": "2026-01-01"}


@pytest.fixture(autouse=True)
def moscow():
    Organisation.objects.update(time_zone="Europe/Moscow")
    organisation.forget()


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf", "json"])
def test_a_case_that_came_back_after_the_period_is_in_every_report(api, form):
    start = datetime(2025, 10, 30, 12, tzinfo=MOSCOW)
    case = SuspensionFactory(start=start, finish=start + timedelta(days=4), status="restored")
    case.segments.update(finish=start + timedelta(hours=1))
    Segment.objects.create(suspension=case, start=start + timedelta(days=3), finish=case.finish, degradation=1)

    october = {"start": "2025-10-01", "finish": "2025-11-01", "format": form}
    answer = api(UserFactory(role="auditor")).get(EXPORT, october)
    assert (answer.status_code, b"".join(answer) != b"") == (200, True)


def test_a_process_is_named_by_id_or_code(api):
    case, _other = SuspensionFactory(), SuspensionFactory()

    for name in (case.process.pk, case.process.code):
        assert api(UserFactory()).get(ANALYTICS, {"process": name}).json()["count"] == 1


@pytest.mark.parametrize(
    "query",
    [
        {"start": "yesterday"}, {"start": "2026-02-30"}, {"start": "2026-02-01", "finish": "2026-01-01"},
        {"process": "NOBODY"}, {"process": "9" * 30}, {"risk_source": "-1"}, {"user": "x"}, {"origin": "bot"},
        {"kind": "all"}, {"planned": "perhaps"}, {"period": "century"}, {"start": "0002-01-01"},
        {"start": "1980-01-01", "finish": "2026-01-01"}, {"start": "9998-01-01"},
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused(api, query):
    assert api(UserFactory()).get(ANALYTICS, query).status_code == 400


def test_only_one_end_of_the_period_is_enough(api):
    SuspensionFactory()

    assert api(UserFactory()).get(ANALYTICS, {"start": "2020-01-01"}).json()["count"] == 1
    assert api(UserFactory()).get(ANALYTICS, {"finish": "2020-01-01"}).json()["count"] == 0


def test_an_export_is_noted(api):
    api(UserFactory(role="manager")).get(EXPORT, {"format": "json", "kind": "outage"})

    event = Event.objects.get(verb="export")
    assert event.after["filters"] == {"kind": "outage"}
    assert event.after["format"] == "json"


@pytest.mark.parametrize("form", ["docx", "exe"])
def test_an_unknown_format_is_refused(api, form):
    assert api(UserFactory(manager=True)).get(EXPORT, {"format": form}).status_code == 400


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_the_figures_and_who_answers_for_them_takes_the_report(api, page, role):
    """Everybody may also take the list they see; the report of a period is a register."""
    person, taken = UserFactory(role=role), 200 if role in {"manager", "admin", "auditor"} else 403

    assert api(person).get(ANALYTICS).status_code == 200
    for client, url in ((api(person), EXPORT), (page(person), "/suspensions/analytics/export/")):
        answer = client.get(url, {"format": "csv"})
        assert (answer.status_code, b"".join(answer) != b"") == (taken, True)
    shown = page(person).get("/suspensions/analytics/").content.decode()
    assert ("/suspensions/analytics/export/" in shown) == (taken == 200)
    assert b"".join(api(person).get("/api/v1/suspensions/export/"))


@pytest.mark.parametrize("finish", ["2020-01-01", "2025-12-01"])
def test_the_number_of_queries_does_not_grow(api, django_assert_max_num_queries, finish):
    year_of_cases(2025, MOSCOW, count=60)
    client = api(UserFactory())
    client.get(ANALYTICS)
    with django_assert_max_num_queries(12):
        client.get(ANALYTICS, {"start": "2019-01-01", "finish": finish})


def test_an_empty_period_is_a_page_and_a_paper_with_no_data(api, page):
    user, never = UserFactory(manager=True, language="en"), {"start": "2001-01-01", "finish": "2001-02-01"}

    assert "no data" in page(user).get("/suspensions/analytics/", never).content.decode()
    paper = PdfReader(io.BytesIO(api(user).get(EXPORT, never).getvalue()))
    assert "no data" in paper.pages[0].extract_text()


def test_what_people_write_is_printed_as_it_is(api):
    SuspensionFactory(description="<b>1 & 2</b> < 3 \x07", process__name="<para>")

    paper = PdfReader(io.BytesIO(api(UserFactory(manager=True)).get(EXPORT, {"start": "2020-01-01"}).getvalue()))
    assert "<b>1 & 2</b>" in " ".join(paper.pages[-1].extract_text().split())


def test_the_page_refuses_what_means_nothing(page):
    user = UserFactory(manager=True)

    assert page(user).get("/suspensions/analytics/", {"start": "never"}).status_code == 400
    assert page(user).get("/suspensions/analytics/export/", {"format": "exe"}).status_code == 400


def test_the_page_costs_the_same_with_many_cases(page, django_assert_max_num_queries):
    year_of_cases(2025, MOSCOW, count=100)
    client = page(UserFactory())
    client.get("/suspensions/analytics/")
    for _time in range(2):
        with django_assert_max_num_queries(12):
            client.get("/suspensions/analytics/", YEAR)
        folding.fold(timezone.now())


def test_the_report_sets_fact_against_the_limit_in_force(api):
    """A report on a past year names the document that was in force then, not the one that followed."""
    old = ProcessLimitFactory(
        approved=True, year_minutes=600, case_minutes=None, document="Order 1",
        valid_from=date(2024, 1, 1), valid_to=date(2025, 12, 31),
    )  # fmt: skip
    ProcessLimitFactory(approved=True, process=old.process, document="Order 2", valid_from=date(2026, 1, 1))
    start = datetime(2025, 7, 1, 10, tzinfo=UTC)
    case = SuspensionFactory(process=old.process, start=start, finish=start + timedelta(hours=3), status="restored")
    found = api(UserFactory(manager=True, language="en")).get(EXPORT, YEAR | {"format": "csv"}).getvalue()
    rows = list(csv.reader(io.StringIO(found.decode("utf-8-sig"))))

    row = next(row for row in rows if row[0] == "Fact and limit" and row[1] == str(old.process))
    assert row[2:9] == ["2025", "180.00", "600", "30.00", "no limit set", "Order 1", "2024-01-01"]
    assert row[9:] == [case.number, "180.00", "no limit set", "no data", "0"]


def test_the_report_says_how_it_was_counted_and_holds_every_case_whole(api):
    Organisation.objects.update(counting_basis="schedule")
    organisation.forget()
    process = TechProcessFactory(**dict.fromkeys(("monday", "friday"), "09:00-18:00"))
    ProcessLimitFactory(approved=True, process=process, case_minutes=60, valid_from=date(2025, 1, 1))
    start, finish = datetime(2025, 7, 4, 17, 30, tzinfo=MOSCOW), datetime(2025, 7, 7, 9, 45, tzinfo=MOSCOW)
    case = SuspensionFactory(
        process=process,
        start=start,
        finish=finish,
        status="restored",
        root_cause="A worn cable",
        implementing_measures="Replaced",
    )
    auditor = api(UserFactory(role="auditor", language="en"))
    book = load_workbook(io.BytesIO(auditor.get(EXPORT, YEAR | {"format": "xlsx"}).getvalue()))
    text = printed(auditor, YEAR)

    assert ("Counted against limits", "Working schedule") in list(book["Report"].iter_rows(values_only=True))
    assert "Counted against limits Working schedule" in text
    listed = only_row(book["Cases"])
    assert (listed["Number"], listed["Status"]) == (case.number, "restored")
    assert [*listed.values()][7:11] == [start.replace(tzinfo=None), finish.replace(tzinfo=None), 3855, 75]
    assert (listed["Root cause"], listed["Measures taken"]) == ("A worn cable", "Replaced")
    said = f"{case.number} restored 4 Jul 2025 17:30 7 Jul 2025 09:45 {process} Outage."
    assert said in text
    for words in ("Root cause: A worn cable", "Measures: Replaced", "64 h 15 min 1 h 15 min"):
        assert words in text
    assert f"{case.number} 1 h 15 min, 125 % over the limit: 1 1 h" in text
    row = next(row for row in book["Fact and limit"].iter_rows(values_only=True) if row[0] == str(process))
    assert row[8:] == (case.number, 75, 60, 125, 1)


def printed(client, query):
    """The text of the PDF, each gap one blank."""
    pages = PdfReader(io.BytesIO(client.get(EXPORT, query | {"format": "pdf"}).getvalue())).pages
    return " ".join(" ".join(sheet.extract_text() for sheet in pages).split()).replace("\xa0", " ")


def only_row(sheet):
    head, row = sheet.iter_rows(values_only=True)
    return dict(zip(head, row, strict=True))


def test_the_report_tells_what_was_lost_and_what_the_regulator_heard(api):
    """A case row says enough to check the limits and the duty to report; sums stand beside."""
    start = datetime(2025, 7, 4, 10, tzinfo=MOSCOW)
    common = {"finish": start + timedelta(hours=2), "status": "restored"}
    case = SuspensionFactory(
        start=start, kind="degradation", degradation="0.3", loss="1500.50", reportable=True, reportable_reason="List 2",
        report_due_at=start + timedelta(hours=24), reported_at=start + timedelta(hours=3), report_reference="17/2025",
        planned=True, announced_at=start - timedelta(days=1), planned_finish=start + timedelta(hours=1), **common,
    )  # fmt: skip
    early = datetime(2024, 12, 31, 23, tzinfo=MOSCOW)
    SuspensionFactory(start=early, finish=early + timedelta(hours=4), status="restored", loss="9.00", currency="USD")
    auditor = api(UserFactory(role="auditor", language="en"))
    query = YEAR | {"planned": "true"}
    book = load_workbook(io.BytesIO(auditor.get(EXPORT, query | {"format": "xlsx"}).getvalue()))
    row, text = only_row(book["Cases"]), printed(auditor, query)

    assert (row["Degradation"], row["Loss"], row["Currency"], row["Origin"]) == (0.3, 1500.5, "RUB", "manual")
    assert (row["Author"], row["Reportable"], row["Why reportable"]) == (case.author.name, "yes", "List 2")
    assert row["Reported at, Europe/Moscow"] == datetime(2025, 7, 4, 13)
    assert row["Planned finish, Europe/Moscow"] == datetime(2025, 7, 4, 11)
    assert only_row(book["Losses"]) == {"Currency": "RUB", "Cases": 1, "Loss, sum": 1500.5}
    told = only_row(book["Reports to the regulator"])
    assert (told["Number"], told["Reference"], told["State"]) == (case.number, "17/2025", "reported in time")
    head = dict(book["Report"].iter_rows(values_only=True))
    assert head["Shares"] == "what was lost of the service, 1 is an outage"
    assert "whatever the filter" in head["Fact and limit"]
    for words in (
        "Degradation, 30 % lost, planned work", "Loss: 1,500.50 RUB", f"Recorded by: {case.author.name} (manual)",
        "Announced at: 3 Jul 2025 10:00, until 4 Jul 2025 11:00",
        "List 2, due 5 Jul 2025 10:00, reported 4 Jul 2025 13:00",
        "ref. 17/2025", "reported in time", "whatever the filter",
    ):  # fmt: skip
        assert words in text, words
    assert "whatever the filter" not in printed(auditor, YEAR | {"process": case.process.pk})


def test_a_loss_is_told_in_the_period_in_which_its_case_began(api):
    early = datetime(2024, 12, 31, 23, tzinfo=MOSCOW)
    SuspensionFactory(start=early, finish=early + timedelta(hours=4), status="restored", loss="9.00", currency="USD")
    auditor = api(UserFactory(role="auditor", language="en"))
    years = [YEAR, {"start": "2024-01-01", "finish": "2025-01-01"}]
    books = [load_workbook(io.BytesIO(auditor.get(EXPORT, one | {"format": "xlsx"}).getvalue())) for one in years]

    assert [book["Cases"].max_row for book in books] == [2, 2]
    assert [[*book["Losses"].iter_rows(min_row=2, values_only=True)] for book in books] == [[], [("USD", 1, 9)]]


@pytest.mark.once
@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"report_proposed_at": 1}, "awaits a decision"),
        ({"report_proposed_at": 1, "report_decided_at": 2}, "declined"),
        ({"reportable": True}, "not reported yet"),
        ({"reportable": True, "report_due_at": 2}, "overdue"),
        ({"reportable": True, "report_due_at": 8}, "not reported yet"),
        ({"reportable": True, "reported_at": 2}, "reported"),
        ({"reportable": True, "report_due_at": 3, "reported_at": 3}, "reported in time"),
        ({"reportable": True, "report_due_at": 3, "reported_at": 4}, "reported late"),
    ],
)
def test_the_state_of_a_report_is_told_in_words(fields, state):
    moments = {name: at if at is True else datetime(2026, 7, at, tzinfo=UTC) for name, at in fields.items()}

    assert state_of(Suspension(**moments), datetime(2026, 7, 5, tzinfo=UTC)) == state


def test_the_page_takes_the_last_day_whole_and_the_api_does_not(api, page):
    start = datetime(2025, 7, 31, 12, tzinfo=MOSCOW)
    case = SuspensionFactory(start=start, finish=start + timedelta(hours=1), status="restored")
    reader, url = UserFactory(language="en"), "/suspensions/analytics/"
    shown = page(reader).get(url, {"start": "2025-07-01", "last": "2025-07-31"}).content.decode()

    assert case.number in shown
    assert "1 Jul 2025 – 31 Jul 2025" in shown
    assert 'name="last" value="2025-07-31"' in shown
    assert case.number not in page(reader).get(url, {"start": "2025-07-01", "last": "2025-07-30"}).content.decode()
    assert api(reader).get(ANALYTICS, {"start": "2025-07-01", "finish": "2025-07-31"}).json()["count"] == 0


@pytest.mark.parametrize(
    "query", [{"last": "2025-02-30"}, {"last": "9999-12-31"}, {"start": "2025-07-02", "last": "2025-06-30"}]
)
def test_a_last_day_that_means_nothing_is_refused(page, query):
    assert page(UserFactory()).get("/suspensions/analytics/", query).status_code == 400


def test_the_page_is_narrowed_to_the_cases_of_one_person(page):
    mine, other = SuspensionFactory(), SuspensionFactory()
    shown = page(UserFactory(language="en")).get("/suspensions/analytics/", {"user": mine.author_id}).content.decode()

    assert f"Author: {mine.author.name}" in shown
    assert f"user={other.author_id}" in shown
    assert mine.number in shown
    assert other.number not in shown


@pytest.mark.parametrize("room", range(0, 120, 10))
def test_no_heading_stands_alone_at_the_foot_of_a_page(room):
    paper.load_fonts()
    table = paper.grid(["Process", "Cases"], [[f"Line {number}", "1"] for number in range(30)], [300, 100])
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=(500, 500), topMargin=0, bottomMargin=0).build(
        [Spacer(1, 480 - room), *paper.part("By process", table)]
    )
    (text,) = [text for page in PdfReader(file).pages if "By process" in (text := page.extract_text())]

    assert "Line 0" in text
