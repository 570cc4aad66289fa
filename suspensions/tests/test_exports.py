"""The registers as files: what stands above the rows."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts import organisation
from accounts.models import Organisation, User
from accounts.tests.factories import UserFactory
from suspensions.tests.factories import RiskFactory, SuspensionFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/suspensions/export/"


@pytest.fixture
def auditor():
    Organisation.objects.update(name="Capital", time_zone="Europe/Moscow", counting_basis="schedule")
    organisation.forget()
    return UserFactory(role="auditor", language="en", first_name="Anna", last_name="Orlova")


def head(client, url, **query):
    """The lines above the table, by their names, and the table."""
    text = b"".join(client.get(url, query | {"format": "csv_semicolon"})).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    return dict(rows[: rows.index([])]), rows[rows.index([]) + 1 :]


def test_a_register_says_whose_it_is_what_was_asked_for_and_who_made_it(api, auditor):
    case = SuspensionFactory(kind="outage")
    SuspensionFactory(degraded=True)
    query = {"process": case.process.code, "kind": "outage", "open": "true", "start_after": "2020-01-01T00:00:00Z"}
    said, table = head(api(auditor), URL, **query)

    assert (said["Organisation"], said["Counted against limits"]) == ("Capital", "Working schedule")
    assert said["Filter"] == (f"Process: {case.process}; Kind: outage; Running: yes; From: 1 Jan 2020 03:00 MSK")
    assert said["Time zone"].startswith("Europe/Moscow, MSK")
    assert said["Made"].endswith(auditor.name)
    assert [row[0] for row in table[1:]] == [case.number]


def test_a_page_names_its_list(page, auditor):
    said, _table = head(page(auditor), "/suspensions/export/", tab="running", kind="degradation")

    assert said["Filter"] == "Running; Kind: degradation"


def test_what_is_asked_for_by_nobody_is_everything(api, auditor):
    assert head(api(auditor), URL)[0]["Filter"] == "everything"


def test_the_risk_register_has_a_head_and_a_second_sheet(api, auditor):
    RiskFactory(code="R-7", owner=auditor)
    url, query = "/api/v1/risks/export/", {"status": "open", "owner": auditor.pk}
    said, _table = head(api(auditor), url, **query)
    book = load_workbook(io.BytesIO(b"".join(api(auditor).get(url, query | {"format": "xlsx"}))))

    assert said["Filter"] == f"Status: open; Owner: {auditor.name}"
    assert [row[0].value for row in book["Report"]] == list(said)


def test_the_csv_of_programs_begins_with_its_columns(api, auditor):
    assert b"".join(api(auditor).get(URL)).decode("utf-8-sig").startswith("Number,Process,")


def cells(client, url, form, **query):
    """The row of the only case by the heads of its columns, as a CSV, a workbook or JSON has it."""
    content = b"".join(client.get(url, query | {"format": form}))
    if form == "xlsx":
        head, row = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        return {name: "" if cell is None else str(cell) for name, cell in zip(head, row, strict=True)}
    if form == "json":
        (row,) = json.loads(content)
        return row
    text = content.decode("utf-8-sig").rpartition("\r\n\r\n")[2]
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";" if form == "csv_semicolon" else ",")
    return row


@pytest.mark.parametrize("door", ["page", "api"])
def test_every_file_tells_the_same_time_in_the_same_words(api, page, auditor, door):
    """What is written while it is sent is written after the request has left its zone and language."""
    start = datetime(2026, 7, 1, 10, tzinfo=UTC)
    SuspensionFactory(start=start, finish=start + timedelta(hours=1), status="restored", planned=True)
    User.objects.filter(pk=auditor.pk).update(language="ru", time_zone="Asia/Vladivostok")
    reader = User.objects.get(pk=auditor.pk)
    client = page(reader) if door == "page" else api(reader)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ru"  # the API goes by this, the page by the person
    url, zone = ("/suspensions/export/", "Asia/Vladivostok") if door == "page" else (URL, "Europe/Moscow")
    book, *others = (cells(client, url, form) for form in ("xlsx", "csv", "csv_semicolon", "json"))
    local = start.astimezone(ZoneInfo(zone))

    assert book[f"Начало, {zone}"] == f"{local:%Y-%m-%d %H:%M:%S}"
    assert (book["Статус"], book["Плановый"]) == ("восстановлен", "да")
    for other in others[:2]:
        assert other[f"Начало, {zone}"] == book[f"Начало, {zone}"]
        assert other[f"Окончание, {zone}"] == book[f"Окончание, {zone}"]
    for other in others:
        assert [other[name] for name in ("Статус", "Вид", "Плановый")] == [
            book[name] for name in ("Статус", "Вид", "Плановый")
        ]
    if door == "page":
        assert f"{local:%H:%M}" in client.get("/suspensions/?tab=all").content.decode()


def test_the_journal_tells_what_the_regulator_heard_and_what_was_announced(api, auditor):
    start = datetime(2026, 7, 1, 10, tzinfo=UTC)
    SuspensionFactory(
        start=start, finish=start + timedelta(hours=1), status="restored", planned=True,
        announced_at=start - timedelta(days=1), planned_finish=start + timedelta(hours=2), reportable=True,
        reportable_reason="List 2", report_due_at=start + timedelta(hours=24), reported_at=start + timedelta(hours=3),
    )  # fmt: skip
    row = cells(api(auditor), URL, "csv")

    assert (row["Why reportable"], row["Reportable"]) == ("List 2", "yes")
    assert row["Report due, Europe/Moscow"] == "2026-07-02 13:00:00"
    assert row["Reported at, Europe/Moscow"] == "2026-07-01 16:00:00"
    assert row["Announced at, Europe/Moscow"] == "2026-06-30 13:00:00"
    assert row["Planned finish, Europe/Moscow"] == "2026-07-01 15:00:00"
    assert head(api(auditor), URL)[0]["Shares"] == "what was lost of the service, 1 is an outage"


def test_the_risk_register_tells_what_came_true_year_by_year(api, auditor, django_assert_max_num_queries):
    now = timezone.now()
    case = SuspensionFactory(start=now - timedelta(minutes=90), finish=now, status="restored", loss="10.50")
    for _number in range(4):
        RiskFactory().suspensions.add(case)
    quiet, client, year = RiskFactory(code="QUIET"), api(auditor), now.astimezone(ZoneInfo("Europe/Moscow")).year
    with django_assert_max_num_queries(14):
        content = b"".join(client.get("/api/v1/risks/export/")).decode("utf-8-sig")
    rows = {row["Code"]: row for row in csv.DictReader(io.StringIO(content))}
    came_true = [[row[f"{name} in {year}"] for name in ("Events", "Hours", "Losses")] for row in rows.values()]

    assert came_true.count(["1", "1.5", "10.50 RUB"]) == 4
    assert rows[quiet.code][f"Events in {year - 2}"] == "0"
    assert (rows[quiet.code][f"Hours in {year}"], rows[quiet.code][f"Losses in {year}"]) == ("0.0", "")


def test_journal_and_risks_are_to_be_had_on_paper(api, page, auditor):
    case = SuspensionFactory(description="<b>Router</b> & 3 < 4", loss="10.50", restored=True)
    risk = RiskFactory(title="Link is lost", controls="A second line", owner=auditor)
    risk.suspensions.add(case)
    journal = on_paper(page(auditor).get("/suspensions/export/", {"format": "pdf", "tab": "all"}))
    risks = on_paper(api(auditor).get("/api/v1/risks/export/", {"format": "pdf"}))

    for words in (
        "Journal of downtime",
        "Capital",
        case.number,
        "<b>Router</b> & 3 < 4",
        "Loss: 10.50 RUB",
        "page 1 of",
    ):
        assert words in journal, words
    for words in (
        "Risk register", risk.code, "Link is lost", f"Owner: {auditor.name}", "Measures: A second line",
        f"{risk.likelihood} × {risk.impact} = {risk.inherent_score}", f"{case.start.year}: 1 event", "10.50 RUB",
    ):  # fmt: skip
        assert words in risks, words
    assert api(auditor).get("/api/v1/tasks/export/", {"format": "pdf"}).status_code == 400


def on_paper(answer):
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(b"".join(answer))).pages
    return " ".join(" ".join(sheet.extract_text() for sheet in pages).split()).replace("\xa0", " ")
