"""What no door lets in: times that never were, shares over one, unknown names, tables of another kind."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.tests.factories import UserFactory
from attachments.tests.storages import disk  # noqa: F401 - a fixture
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, SuspensionFactory, TechProcessFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("disk")]
HOUR = timedelta(hours=1)
API, IMPORT = "/api/v1/suspensions/", "/api/v1/suspensions/import/"
BERLIN = {"time_zone": "Europe/Berlin", "language": "en"}
HEAD = "Process;Risk source;Start;Finish;Degradation;Description"


@pytest.fixture(autouse=True)
def dictionaries():
    TechProcessFactory(code="DU_25", name="Доверительное управление")
    RiskSourceFactory(code="PROVAIDER", name="Провайдер")


@pytest.fixture
def typed():
    """What is typed into the form."""
    return {
        "processes": [TechProcessFactory().pk], "risk_source": RiskSourceFactory().pk, "kind": "outage",
        "start": "2026-03-05T10:00", "currency": "RUB",
    }  # fmt: skip


@pytest.fixture
def sent():
    """What is sent to the API."""
    return {"process": "DU_25", "risk_source": "PROVAIDER", "start": "2026-03-05T10:00:00Z"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"start": "2026-03-29T02:30"}, "start"),  # the clock is put forward from 2 to 3
        ({"finish": "2026-03-29T02:30"}, "finish"),
        ({"start": "2026-02-30T10:00"}, "start"),
        ({"start": "2026-03-05T25:00"}, "start"),
        ({"start": "0001-01-01T00:00"}, "start"),
        ({"start": ""}, "start"),
        ({"finish": "2026-03-05T09:59"}, "finish"),
        ({"finish": "2099-01-01T00:00"}, "finish"),
        ({"kind": "degradation", "degradation": "100.01"}, "degradation"),
        ({"kind": "degradation", "degradation": "-1"}, "degradation"),
        ({"processes": ["DU_25"]}, "processes"),
        ({"risk_source": "9" * 30}, "risk_source"),
    ],
)
def test_the_form_explains_what_cannot_be(page, typed, wrong, field):
    answer = page(UserFactory(**BERLIN)).post("/suspensions/new/", typed | wrong)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert not Suspension.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"start": "2026-03-29T02:30:00"}, "start"),
        ({"start": "2026-02-30T10:00:00Z"}, "start"),
        ({"start": "2026-03-05T24:30:00Z"}, "start"),
        ({"start": "2026-03-05T10:00:00+99:00"}, "start"),
        ({"start": 1772704800}, "start"),
        ({"start": None}, "start"),
        ({"finish": "2026-03-05T12:59:00+03:00"}, "finish"),
        ({"finish": "2026-03-05T11:00:00"}, "finish"),
        ({"degradation": "1.0001"}, "degradation"),
        ({"segments": [{"start": "2026-03-05T10:00:00", "degradation": 1}]}, "segments.0.start"),
        ({"segments": [{"start": "2026-03-05T10:00:00Z", "degradation": 2}]}, "segments.0.degradation"),
        ({"process": "=1+1"}, "process"),
    ],
)
def test_the_api_names_the_field_that_cannot_be(api, sent, wrong, field):
    answer = api(UserFactory(**BERLIN)).post(API, sent | wrong)

    assert (answer.status_code, [error["attr"] for error in answer.json()["errors"]]) == (400, [field])
    assert not Suspension.objects.exists()


@pytest.mark.parametrize("finish", ["2026-03-05T09:59:00Z", "2099-01-01T00:00:00Z", "2026-03-05T11:00:00"])
def test_a_case_is_not_restored_at_an_impossible_time(api, sent, finish):
    client = api(UserFactory())
    case = client.post(API, sent).json()["id"]

    assert client.post(f"{API}{case}/restore/", {"finish": finish}).status_code == 400
    assert client.patch(f"{API}{case}/", {"finish": finish}).status_code == 400
    assert Suspension.objects.get().finish is None


def test_a_correction_may_not_turn_times_around(page):
    case = SuspensionFactory(restored=True)
    client = page(case.author)
    shown = client.get(f"/suspensions/{case.pk}/edit/").context["form"]
    typed = {name: shown[name].value() for name in ("risk_source", "process", "kind", "currency", "version")}
    start = timezone.localtime(case.start)
    typed |= {"start": f"{start:%Y-%m-%dT%H:%M}", "finish": f"{start - HOUR:%Y-%m-%dT%H:%M}"}
    answer = client.post(f"/suspensions/{case.pk}/edit/", typed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["finish"])


def uploaded(text, encoding="utf-8"):
    return {"file": SimpleUploadedFile("journal.csv", text.encode(encoding))}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("url", [IMPORT, "/suspensions/import/"])
def test_tables_come_in_by_every_door_in_any_usual_encoding(client, url, encoding):
    client.force_login(UserFactory(manager=True))
    text = "Процесс;Источник риска;Начало\nDU_25;Провайдер;05.03.2026 10:00\nDU_25;Метель;05.03.2026 10:00\n"
    answer = client.post(url, uploaded(text, encoding))

    assert answer.status_code == 200
    assert "Метель" in answer.text
    assert "Missing" not in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "Name;Colour\nA;red\n",  # another table altogether
        "Process;Start\nDU_25;05.03.2026 10:00\n",  # no risk source
        f"{HEAD};Start\nDU_25;PROVAIDER;05.03.2026 10:00;;;;\n",  # one column twice
        "\n\n\n",
        "<html><body>Sign in</body></html>",
        "\x00\x01\x02",
    ],
)
def test_what_is_no_journal_is_refused_by_every_door(client, text):
    client.force_login(UserFactory(manager=True))

    for url in (IMPORT, "/suspensions/import/"):
        assert client.post(url, uploaded(text)).status_code == 400
    assert not Suspension.objects.exists()


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("DU_25;PROVAIDER;29.03.2026 02:30;;;", "Start"),  # an hour that never was
        ("DU_25;PROVAIDER;30.02.2026 10:00;;;", "Start"),
        ("DU_25;PROVAIDER;05.03.2026 10:00;05.03.2099 10:00;;", "Finish"),
        ("DU_25;PROVAIDER;05.03.2026 10:00;05.03.2026 09:59;;", "Finish"),
        ("DU_25;PROVAIDER;05.03.2026 10:00;;101 %;", "Degradation"),
        ("NOBODY;PROVAIDER;05.03.2026 10:00;;;", "Process"),
        ('DU_25;PROVAIDER;05.03.2026 10:00;;;"=HYPERLINK(""http://x"")"', "Description"),
        ("DU_25;PROVAIDER;@SUM(A1);;;", "Start"),
    ],
)
def test_the_api_names_row_and_column_of_a_bad_line(client, line, column):
    client.force_login(UserFactory(manager=True))
    head = HEAD.replace("Start", "Start, Europe/Berlin")
    report = client.post(IMPORT, uploaded(f"{head}\n{line}\n")).json()

    assert [(fault["row"], fault["column"]) for fault in report["faults"]] == [(2, column)]
    assert report["good"] == 0
