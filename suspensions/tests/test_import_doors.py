"""The doors of the import: page, API and command say the same of a file."""

import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from accounts.tests.factories import UserFactory
from attachments.tests.storages import disk  # noqa: F401 - a fixture
from suspensions.importing import keeping
from suspensions.models import Suspension
from suspensions.tests.factories import RiskSourceFactory, TechProcessFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("disk")]
TEXT = """Process;Risk source;Start;Finish
DU_25;PROVAIDER;05.03.2026 10:00;05.03.2026 11:30
DU_25;PROVAIDER;06.03.2026 10:00;06.03.2026 11:30
DU_25;Nobody;07.03.2026 10:00;
"""
API, PAGE = "/api/v1/suspensions/import/", "/suspensions/import/"


@pytest.fixture(autouse=True)
def dictionaries():
    TechProcessFactory(code="DU_25")
    RiskSourceFactory(code="PROVAIDER")


@pytest.fixture
def manager(client):
    user = UserFactory(manager=True)
    client.force_login(user)
    return user


def file(text=TEXT):
    return SimpleUploadedFile("journal.csv", text.encode())


def test_the_api_judges_writes_and_confirms(client, manager):
    looked = client.post(API, {"file": file()})
    assert (looked.status_code, looked.json()["good"], looked.json()["bad"]) == (200, 2, 1)
    assert [(fault["row"], fault["column"]) for fault in looked.json()["faults"]] == [(4, "Risk source")]
    assert client.post(API, {"file": file(), "commit": "true"}).status_code == 400
    assert not Suspension.objects.exists()

    written = client.post(API, {"file": file(), "commit": "true", "skip_bad": "true"})

    assert (written.status_code, len(written.json()["drafts"])) == (201, 2)
    assert client.post(f"{API}confirm/").json() == {"confirmed": 2}
    assert Suspension.objects.counted().count() == 2


def test_the_page_shows_the_report_then_imports_and_confirms(client, manager):
    looked = client.post(PAGE, {"file": file()})
    assert "There is no risk source “Nobody”." in looked.text
    assert not Suspension.objects.exists()

    ticket = re.search(r'name="ticket" value="([^"]+)"', looked.text)[1]
    assert client.post(PAGE, {"ticket": ticket}).status_code == 302
    assert client.post(PAGE, {"ticket": ticket}).status_code == 400  # used up
    assert "2 drafts wait" in client.get(PAGE).text
    client.post(f"{PAGE}confirm/")

    assert [case.status for case in Suspension.objects.all()] == ["restored", "restored"]


def test_every_door_doubts_a_row_without_a_finish(client, manager, tmp_path):
    text = TEXT.replace("06.03.2026 11:30", "")
    looked = client.post(API, {"file": file(text)}).json()
    assert (looked["good"], [doubt["row"] for doubt in looked["doubts"]]) == (2, [3])
    assert "1 row has no finish" in client.post(PAGE, {"file": file(text)}).text

    path, err = tmp_path / "journal.csv", io.StringIO()
    path.write_text(text)
    call_command("import_suspensions", path, "--as", manager.username, stdout=io.StringIO(), stderr=err)
    assert "row 3: Finish: The cell is empty" in err.getvalue()


def test_a_ticket_is_good_for_its_owner_alone(client, manager):
    looked = client.post(PAGE, {"file": file()})
    ticket = re.search(r'name="ticket" value="([^"]+)"', looked.text)[1]
    client.force_login(UserFactory(manager=True))

    assert client.post(PAGE, {"ticket": ticket}).status_code == 400
    assert client.post(PAGE, {"ticket": "forged"}).status_code == 400
    assert not Suspension.objects.exists()


def test_a_ticket_works_once_though_both_clicks_looked_at_it(manager):
    kept = keeping.keep(io.BytesIO(TEXT.encode()), "journal.csv", manager)
    first, second = (keeping.kept(kept.ticket, manager) for _click in range(2))
    first.claim()
    with pytest.raises(ValidationError):
        second.claim()


def test_the_drafts_of_the_wrong_file_are_discarded_by_page_and_api(client, manager):
    for address, form in ((f"{PAGE}discard/", {}), (f"{API}discard/", {"content_type": "application/json"})):
        client.post(API, {"file": file(), "commit": "true", "skip_bad": "true"})
        assert client.post(address, {"note": ""}, **form).status_code in (302, 400)
        assert Suspension.objects.present().count() == 2
        client.post(address, {"note": "The wrong file."}, **form)
        assert not Suspension.objects.present().exists()


@pytest.mark.parametrize("body", [{}, {"file": SimpleUploadedFile("a.csv", b"")}])
def test_a_form_without_a_table_is_refused(client, manager, body):
    assert client.post(PAGE, body).status_code == 400


def test_an_empty_table_can_be_filled_in_and_comes_back(client, manager):
    made = b"".join(client.get(f"{PAGE}template/").streaming_content)

    looked = client.post(API, {"file": SimpleUploadedFile("downtime.xlsx", made)})

    assert (looked.json()["good"], looked.json()["faults"]) == (1, [])


def test_the_command_judges_and_writes_when_told(manager, tmp_path):
    path, out, err = tmp_path / "journal.csv", io.StringIO(), io.StringIO()
    path.write_text(TEXT)
    call_command("import_suspensions", path, "--as", manager.username, stdout=out, stderr=err)
    assert "row 4: Risk source: There is no risk source “Nobody”." in err.getvalue()
    assert not Suspension.objects.exists()

    call_command("import_suspensions", path, "--as", manager.username, "--commit", "--skip-bad", stdout=out, stderr=err)

    assert Suspension.objects.count() == 2


@pytest.mark.parametrize("username", ["nobody", "employee"])
def test_the_command_refuses_whoever_may_not(username, tmp_path):
    UserFactory(username="employee")
    (tmp_path / "journal.csv").write_text(TEXT)

    with pytest.raises(CommandError):
        call_command("import_suspensions", tmp_path / "journal.csv", "--as", username)
