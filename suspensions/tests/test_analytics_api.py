import csv
import html as html_module
import io
import re
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
from suspensions.analytics import pdf
from suspensions.models import Segment, Suspension, TechProcess
from suspensions.tests.factories import ProcessLimitFactory, SuspensionFactory
from suspensions.tests.recount import recount
from suspensions.tests.year import year_of_cases
from workflow.models import Event

pytestmark = pytest.mark.django_db
ANALYTICS, EXPORT = "/api/v1/suspensions/analytics/", "/api/v1/suspensions/analytics/export/"
MOSCOW = ZoneInfo("Europe/Moscow")
NAMES = ("count", "total_minutes", "union_minutes", "longest_minutes", "mean_minutes", "median_minutes",
         "mttr_minutes", "mtbf_minutes", "availability", "availability_scheduled")  # fmt: skip
YEAR = {"start": "2025-01-01", "finish": "2026-01-01"}


@pytest.fixture(autouse=True)
def moscow():
    Organisation.objects.update(time_zone="Europe/Moscow")
    organisation.forget()


def test_a_year_is_the_same_in_api_csv_and_xlsx_and_equals_a_recount(api):
    client = api(UserFactory(role="auditor"))
    year_of_cases(2025, MOSCOW)
    found = client.get(ANALYTICS, YEAR).json()

    start, finish = datetime(2025, 1, 1, tzinfo=MOSCOW), datetime(2026, 1, 1, tzinfo=MOSCOW)
    cases = Suspension.objects.prefetch_related("segments")
    expected = recount(cases, start, finish, timezone.now(), MOSCOW, list(TechProcess.objects.all()))
    numbers = [found[name] for name in NAMES]
    assert numbers == pytest.approx([expected[name] for name in NAMES], abs=0.0051)

    lines = list(csv.reader(io.StringIO(client.get(EXPORT, YEAR | {"format": "csv"}).getvalue().decode("utf-8-sig"))))
    summary = [line for line in lines if line and line[0] == "Summary"][1:]
    assert [float(line[2]) for line in summary] == numbers

    book = load_workbook(io.BytesIO(client.get(EXPORT, YEAR | {"format": "xlsx"}).getvalue()))
    assert [row[1].value for row in book["Summary"].iter_rows(min_row=2)] == numbers
    listed = list(book["Cases"].iter_rows(min_row=2, values_only=True))
    assert len(listed) == found["count"]
    assert sum(row[5] for row in listed) == pytest.approx(found["total_minutes"])


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
    assert [api(person).get(EXPORT, {"format": form}).status_code for form in ("pdf", "json")] == [taken, taken]
    assert page(person).get("/suspensions/analytics/export/", {"format": "csv"}).status_code == taken
    shown = page(person).get("/suspensions/analytics/").content.decode()
    assert ("/suspensions/analytics/export/" in shown) == (taken == 200)
    assert api(person).get("/api/v1/suspensions/export/").status_code == 200


@pytest.mark.parametrize("finish", ["2020-01-01", "2025-12-01"])
def test_the_number_of_queries_does_not_grow(api, django_assert_max_num_queries, finish):
    year_of_cases(2025, MOSCOW, count=60)
    client = api(UserFactory())
    client.get(ANALYTICS)
    with django_assert_max_num_queries(14):
        client.get(ANALYTICS, {"start": "2019-01-01", "finish": finish})


def test_the_paper_and_the_page_say_what_the_api_says(api, page):
    auditor = UserFactory(role="auditor", language="en")
    year_of_cases(2025, MOSCOW)
    found = api(auditor).get(ANALYTICS, YEAR).json()

    paper = PdfReader(io.BytesIO(api(auditor).get(EXPORT, YEAR | {"format": "pdf"}).getvalue()))
    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    html = page(auditor).get("/suspensions/analytics/", YEAR).content.decode()
    for name in NAMES:
        shown = re.search(rf'id="figure-{name}" value="([^"]*)">([^<]*)<', html)
        assert float(shown[1]) == found[name], name
        assert shown[1] in text, name
        assert html_module.unescape(shown[2]).replace("\xa0", " ") in text.replace("\xa0", " "), name
    assert f"page 1 of {len(paper.pages)}" in text
    assert all(
        number in text for number in Suspension.objects.filter(start__year=2025).values_list("number", flat=True)[:5]
    )


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
    with django_assert_max_num_queries(14):
        client.get("/suspensions/analytics/", YEAR)


def test_the_report_sets_fact_against_the_limit_in_force(api):
    """A report on a past year names the document that was in force then, not the one that followed."""
    old = ProcessLimitFactory(
        approved=True, year_minutes=600, case_minutes=None, document="Order 1",
        valid_from=date(2024, 1, 1), valid_to=date(2025, 12, 31),
    )  # fmt: skip
    ProcessLimitFactory(approved=True, process=old.process, document="Order 2", valid_from=date(2026, 1, 1))
    start = datetime(2025, 7, 1, 10, tzinfo=UTC)
    SuspensionFactory(process=old.process, start=start, finish=start + timedelta(hours=3), status="restored")
    found = api(UserFactory(manager=True, language="en")).get(EXPORT, YEAR | {"format": "csv"}).getvalue()
    rows = list(csv.reader(io.StringIO(found.decode("utf-8-sig"))))

    row = next(row for row in rows if row[0] == "Fact and limit" and row[1] == str(old.process))
    assert row[2:9] == ["2025", "180.00", "600", "30.00", "no limit set", "Order 1", "2024-01-01"]


@pytest.mark.parametrize("room", range(0, 120, 10))
def test_no_heading_stands_alone_at_the_foot_of_a_page(room):
    pdf.load_fonts()
    table = pdf.grid(["Process", "Cases"], [[f"Line {number}", "1"] for number in range(30)], [300, 100])
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=(500, 500), topMargin=0, bottomMargin=0).build(
        [Spacer(1, 480 - room), *pdf.part("By process", table)]
    )
    (text,) = [text for page in PdfReader(file).pages if "By process" in (text := page.extract_text())]

    assert "Line 0" in text
