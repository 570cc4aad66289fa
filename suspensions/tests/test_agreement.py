"""Page, API, CSV, XLSX and PDF say the same to the minute, and what counting minute by minute finds."""

import csv
import html
import io
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts import organisation
from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from suspensions.analytics.charts import MANY_DAYS
from suspensions.analytics.wording import cases as so_many
from suspensions.analytics.wording import date_of, lasting
from suspensions.models import RiskSource, Suspension, TechProcess
from suspensions.tests.recount import EDGES, recount
from suspensions.tests.year import year_of_cases

pytestmark = pytest.mark.django_db
ANALYTICS, EXPORT, PAGE = (
    "/api/v1/suspensions/analytics/", "/api/v1/suspensions/analytics/export/", "/suspensions/analytics/",
)  # fmt: skip
MOSCOW = ZoneInfo("Europe/Moscow")
HEADLINES = ("count", "failures", "total_minutes", "union_minutes", "scheduled_minutes", "longest_minutes",
             "mean_minutes", "median_minutes", "mttr_minutes", "mtbf_minutes", "availability",
             "availability_scheduled")  # fmt: skip
SUMS = ("count", "total_minutes", "union_minutes", "longest_minutes", "scheduled_minutes")
COUNTS = {"count", "failures"}
SPLITS = {"By process": "by_process", "By risk source": "by_risk_source", "By month": "by_month", "By day": "by_day"}


@pytest.fixture(autouse=True)
def moscow():
    Organisation.objects.update(time_zone="Europe/Moscow")
    organisation.forget()


def periods():
    """A year, and some weeks that begin and end in the middle of cases with a good gap inside."""
    yield datetime(2025, 1, 1, tzinfo=MOSCOW), datetime(2026, 1, 1, tzinfo=MOSCOW)
    gapped = [case for case in Suspension.objects.filter(finish__isnull=False).order_by("start") if gaps(case)]
    first = next(case for case in gapped if case.start.year == 2025)
    last = next(case for case in gapped if case.start > first.start + timedelta(days=25))
    yield first.start + timedelta(minutes=20), last.start + timedelta(minutes=75)


def gaps(case):
    return case.finish - case.start > timedelta(hours=3)


@pytest.mark.parametrize("number", [0, 1])
def test_every_door_says_what_a_recount_finds(api, page, number):
    auditor = UserFactory(role="auditor", language="en", time_zone="Asia/Vladivostok")
    year_of_cases(2025, MOSCOW, count=100)
    start, finish = list(periods())[number]
    cases, processes = Suspension.objects.prefetch_related("segments"), list(TechProcess.objects.all())
    expected = recount(cases, start, finish, timezone.now(), MOSCOW, processes)
    asked = {"start": start.isoformat(), "finish": finish.isoformat()}

    said = api(auditor).get(ANALYTICS, asked).json()
    assert [said[name] for name in HEADLINES] == pytest.approx([expected[name] for name in HEADLINES], abs=0.0051)
    told = {title: {label(name, row): sums(row) for row in said[name]} for title, name in SPLITS.items()}
    assert told == {title: named(name, expected[name], said) for title, name in SPLITS.items()}
    assert [row["count"] for row in said["durations"]] == expected["durations"]

    doors = (api(auditor), EXPORT), (page(auditor), "/suspensions/analytics/export/")
    files = {form: taken(*doors[number], asked | {"format": form}) for form in ("csv", "csv_semicolon", "xlsx", "pdf")}
    for tables in (of_csv(files["csv"]), of_csv(files["csv_semicolon"], ";", ","), of_xlsx(files["xlsx"])):
        assert [row[1] for row in tables["Summary"]] == [said[name] for name in HEADLINES]
        assert {title: {row[0]: tuple(row[1:]) for row in tables[title]} for title in SPLITS} == told
        assert [tuple(row) for row in tables["By duration"]] == [
            *zip([*EDGES, "longer"], expected["durations"], strict=True)
        ]
        assert {row[0]: (row[9], row[10]) for row in tables["Cases"]} == expected["cases"]
        assert {row[0]: cells(row) for row in tables["Cases"]} == journal(start, finish)
    with translation.override("en"):
        paper_says(files["pdf"], said, told, expected)
        page_says(page(auditor).get(PAGE, asked).content.decode(), said, told, expected)


def taken(client, url, query):
    return b"".join(client.get(url, query))


def cells(row):
    """The words and the moments of a case, the same from a workbook and from a CSV."""
    return [*row[1:6], *(str(moment) for moment in row[7:9])]


def journal(start, finish):
    """What the journal says of the cases of a period, on the clock of the organisation, whoever reads it."""
    found = Suspension.objects.in_period(start, finish).select_related("process", "risk_source")
    return {
        case.number: [
            str(case.process), str(case.risk_source), case.get_status_display(), case.get_kind_display(),
            "yes" if case.planned else "no", clock(case.start), clock(case.finish) if case.finish else "still running",
        ]
        for case in found
    }  # fmt: skip


def clock(moment):
    return f"{moment.astimezone(MOSCOW):%Y-%m-%d %H:%M:%S}"


def sums(row):
    return tuple(row[name] for name in SUMS if name in row)


def label(name, row):
    if name in {"by_process", "by_risk_source"}:
        model = TechProcess if name == "by_process" else RiskSource
        return str(model.objects.get(pk=row[name[3:]]["id"]))
    return row[name[3:]]


def named(name, found, said):
    """The recount by the labels of the answer, which lists days and months without downtime too."""
    if name in {"by_process", "by_risk_source"}:
        return {label(name, {name[3:]: {"id": key}}): numbers for key, numbers in found.items()}
    return {row[name[3:]]: found.get(key_of(name, row), (0, 0, 0)) for row in said[name]}


def key_of(name, row):
    return date.fromisoformat(row["day"]) if name == "by_day" else row["month"]


def of_csv(content, separator=",", point="."):
    """The tables of a CSV, the title of each in its first column and its head in the first line."""
    tables = defaultdict(list)
    for title, *cells in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator):
        tables[title].append([plain(cell, point) for cell in cells if cell or title == "Cases"])
    return {title: rows[1:] for title, rows in tables.items()}


def plain(cell, point):
    return float(cell.replace(point, ".")) if re.fullmatch(rf"\d+(\{point}\d+)?", cell) else cell


def of_xlsx(content):
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}


def words_of(numbers):
    count, *times = numbers
    return [str(int(count)), *(lasting(Decimal(str(time))) for time in times)]


def pressed(text):
    return " ".join(text.replace("\xa0", " ").split())


def paper_says(content, said, told, expected):
    paper = PdfReader(io.BytesIO(content))
    text = pressed(" ".join(sheet.extract_text() for sheet in paper.pages))
    for name in HEADLINES:
        unit = " min" if name.endswith("_minutes") else "" if name in COUNTS else " %"
        assert f"{said[name]:.{0 if name in COUNTS else 2 if unit == ' min' else 3}f}{unit}" in text, name
    months = [(f"{date.fromisoformat(f'{month}-01'):%B %Y}", numbers) for month, numbers in told["By month"].items()]
    lines = [*told["By process"].items(), *told["By risk source"].items(), *months]
    if len(said["by_day"]) <= MANY_DAYS:
        lines += [
            (date_of(date.fromisoformat(day)), numbers) for day, numbers in told["By day"].items() if any(numbers)
        ]
    for name, numbers in lines:
        assert pressed(" ".join([name, *words_of(numbers)])) in text, name
    assert " ".join(str(count) for count in expected["durations"] if count) in text
    for number, (lasted, scheduled) in expected["cases"].items():
        assert number in text
        assert pressed(f"{lasting(lasted)} {lasting(scheduled)}") in text
    assert f"page 1 of {len(paper.pages)}" in text


def page_says(content, said, told, expected):
    text = pressed(html.unescape(content))
    for name in HEADLINES:
        shown = re.search(rf'id="figure-{name}" value="([^"]*)">', content)
        assert float(shown[1]) == said[name], name
    for name, numbers in [*told["By process"].items(), *told["By risk source"].items()]:
        count, total, *_others = words_of(numbers)
        assert f"<b>{pressed(total)}</b>" in text.partition(f'">{name}</a>')[2].partition("</b>")[0] + "</b>", name
        assert f"{so_many(int(count))}</span>" in text.partition(f'">{name}</a>')[2][:200], name
    months = re.findall(r'data-label="(?:Cases|Sum|Overlaps once)">([^<]*)</td>', text)
    assert months == [pressed(word) for numbers in told["By month"].values() for word in words_of(numbers)]
    titles = set(re.findall(r"<title>([^<]*)</title>", text))
    lasted = {
        date_of(date.fromisoformat(day)): lasting(Decimal(str(row[2]))) for day, row in told["By day"].items() if row[2]
    }
    assert {pressed(f"{day}: {length}") for day, length in lasted.items()} <= titles
    boxes = zip(("up to 15 min", "up to 30 min", "up to 1 h"), expected["durations"], strict=False)
    assert {f"{words}: {so_many(count)}" for words, count in boxes if count} <= titles
    shown = dict(re.findall(r'/suspensions/(\d+)/".*?data-label="In the period">([^<]*)<', text))
    assert shown
    numbers = dict(Suspension.objects.values_list("pk", "number"))
    assert {numbers[int(pk)]: words for pk, words in shown.items()} == {
        numbers[int(pk)]: pressed(lasting(expected["cases"][numbers[int(pk)]][0])) for pk in shown
    }
