"""The doors to lost files, for administrators."""

import os
import time
from urllib.parse import urlencode

import pytest
from django.core.files.base import ContentFile

from accounts.tests.factories import UserFactory
from attachments import services
from attachments.models import File
from attachments.tests import samples
from incidents.tests.factories import IncidentFactory
from workflow.models import Event
from workflow.tests.actors import actor_of

pytestmark = pytest.mark.django_db
API, PAGE = "/api/v1/attachments/orphans/", "/attachments/orphans/"


@pytest.fixture
def admin(client):
    user = UserFactory(admin=True)
    client.force_login(user)
    return user


@pytest.fixture
def lost(disk):
    """One file of two whose bytes are gone, and bytes without a row that lie there since yesterday."""
    with services.received([samples.upload("a.txt", b"gone"), samples.upload("b.txt", b"kept")]) as files:
        services.attach(IncidentFactory(), files, by=actor_of(UserFactory()))
    disk.received.delete(files[0].stored_name)
    disk.received.save("ab/orphan", ContentFile(b"bytes"))
    yesterday = time.time() - 86400
    os.utime(disk.received.path("ab/orphan"), (yesterday, yesterday))
    return files[0]


def test_the_api_lists_and_removes_orphans_with_a_reason(client, admin, lost):
    found = client.get(API).json()
    keys, files = (
        [item["key"] for item in found["bytes_without_row"]],
        [row["id"] for row in found["rows_without_bytes"]],
    )
    assert (keys, files) == (["attachments/ab/orphan"], [str(lost.pk)])
    assert client.post(f"{API}remove/", {"keys": keys}, "application/json").status_code == 400

    answer = client.post(f"{API}remove/", {"keys": keys, "files": files, "note": "The disk broke."}, "application/json")

    assert answer.json() == {"bytes_without_row": 1, "rows_without_bytes": 1}
    assert client.get(API).json() == {"bytes_without_row": [], "rows_without_bytes": []}
    assert [file.name for file in File.objects.all()] == ["b.txt"]
    assert Event.objects.about(admin).get(verb="remove-orphans").note == "The disk broke."


def test_the_page_removes_what_is_ticked(client, admin, lost):
    page = client.get(PAGE)
    assert "a.txt" in page.text
    assert "attachments/ab/orphan" in page.text
    assert "b.txt" not in page.text

    chosen = urlencode({"file": lost.pk, "note": "The disk broke."})
    client.post(f"{PAGE}remove/", chosen, "application/x-www-form-urlencoded")

    page = client.get(PAGE)
    assert "a.txt" not in page.text
    assert "attachments/ab/orphan" in page.text


@pytest.mark.parametrize(
    "body", [{"note": "Nothing ticked."}, {"key": "attachments/ab/orphan"}, {"file": "x", "note": "-"}]
)
def test_an_incomplete_form_removes_nothing(client, admin, lost, body):
    page = client.post(f"{PAGE}remove/", body)

    assert page.status_code == 400
    assert len(client.get(API).json()["bytes_without_row"]) == 1


def test_whole_files_and_other_paths_cannot_be_removed(client, admin, lost):
    whole = File.objects.get(name="b.txt")
    keys = [f"attachments/{whole.stored_name}", "attachments/../../etc/passwd", "elsewhere/x"]

    answer = client.post(f"{API}remove/", {"keys": keys, "files": [str(whole.pk)], "note": "x"}, "application/json")

    assert answer.json() == {"bytes_without_row": 0, "rows_without_bytes": 0}
    assert not Event.objects.filter(verb="remove-orphans").exists()


def test_without_orphans_the_page_says_so(client, admin, disk):
    assert "Nothing is lost" in client.get(PAGE).text
