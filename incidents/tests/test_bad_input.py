"""What clients send by mistake or malice gets the code that says what is wrong, and leaves nothing behind."""

import pytest

from accounts.tests.factories import UserFactory
from config.tests.junk import FIELDWISE, RAW
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = "/api/v1/incidents/"
FINE = {"an empty object": 400, "a byte order mark": 201, "a number": 400, "keys twice": 201}
BROKEN = {name: 413 if name == "more than the limit" else 400 for name in RAW} | dict.fromkeys(FIELDWISE, 400)


@pytest.fixture
def technician():
    return UserFactory(technician=True)


@pytest.fixture
def client(api, technician):
    return api(technician)


def code_of(answer):
    assert set(answer.json()) >= {"type", "errors"}
    return answer.json()["errors"][0]["code"]


@pytest.mark.parametrize(("body", "code"), (BROKEN | FINE).items())
def test_a_body_that_means_nothing_opens_no_incident(client, body, code):
    answer = client.generic("POST", LIST, (RAW | FIELDWISE)[body], content_type="application/json")

    assert answer.status_code == code
    assert Incident.objects.exists() == Event.objects.exists() == (code == 201)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "x"])
def test_another_content_type_is_415(client, content_type):
    answer = client.generic("POST", LIST, b'{"description": "x"}', content_type=content_type)

    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("accept", ["text/html", "text/csv", "application/xml", "image/*", "nonsense", ""])
@pytest.mark.parametrize("path", [LIST, f"{LIST}export/", f"{LIST}999/"])
def test_what_the_client_accepts_never_refuses_it(client, accept, path):
    assert client.get(path, headers={"Accept": accept}).status_code == (404 if "999" in path else 200)


@pytest.mark.parametrize("value", ["json", "xml", "api", "x"])
def test_a_format_asked_of_the_list_is_ignored(client, value):
    assert client.get(f"{LIST}?format={value}").json()["count"] == 0


def test_a_format_that_the_export_does_not_know_is_refused(client):
    assert client.get(f"{LIST}export/?format=exe").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "status=broken", "status=open&status=x", "source=x", "severity=x", "assignee=x", "assignee=999999",
        "assignee=9223372036854775808", "reporter=-1", "created_after=yesterday", "created_after=0000-01-01",
        "created_after=10000-01-01", "created_before=2026-02-30", "ordering=password", "ordering=reporter__password",
        "page=0", "page=-1", "page=x", "page=1.5", "page_size=0", "page_size=x", "page=99999999999999999999",
    ],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused(client, query):
    answer = client.get(f"{LIST}?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == query.split("=")[0]


@pytest.mark.parametrize(
    "query", ["status=", "status=&severity=", "assignee=", "search=", "ordering=", "page=", "created_after="]
)
def test_a_filter_left_empty_is_none(client, query):
    IncidentFactory()

    assert client.get(f"{LIST}?{query}").json()["count"] == 1


@pytest.mark.parametrize("query", ["search=%00", "search=%ff", "search=%ed%a0%80", "page=%00"])
def test_an_address_that_cannot_be_stored_is_refused(client, query):
    assert client.get(f"{LIST}?{query}").status_code == 400


@pytest.mark.parametrize("pk", ["0", "999999", "9223372036854775807", "9223372036854775808", "9" * 40, "9" * 5000, "x"])
def test_an_id_that_is_none_answers_like_a_missing_incident(client, pk):
    answer = client.get(f"{LIST}{pk}/")

    assert (answer.status_code, code_of(answer)) == (404, "not_found")


@pytest.mark.parametrize("assignee", [999999, 2**63, -1, "x", 1.5, True, [1], {"id": 1}, "9" * 5000])
def test_an_assignee_who_is_nobody_is_refused(client, assignee):
    answer = client.post(LIST, {"description": "No network", "assignee": assignee})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "assignee"
    assert not Incident.objects.exists()


@pytest.mark.parametrize("header", ["x", '"x"', "1, 2", '"99999999999"', '"-1"', '"1', "é", '"1.0"'])
def test_an_if_match_that_is_no_version_is_refused(client, header):
    incident = IncidentFactory()

    answer = client.patch(f"{LIST}{incident.pk}/", {"description": "New."}, headers={"If-Match": header})

    incident.refresh_from_db()
    assert answer.status_code == 400
    assert incident.version == 1


@pytest.mark.parametrize("method", ["put", "delete", "options"])
@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/take/", "{pk}/timeline/", "export/"])
def test_a_method_that_is_not_offered_is_405(client, method, path):
    answer = getattr(client, method)(LIST + path.format(pk=IncidentFactory().pk))

    assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_method_that_is_not_offered_at_all_is_405(client, method):
    assert getattr(client, method)("/api/identity/auth/logout/").status_code == 405


def test_head_answers_like_get_without_a_body(client):
    answer = client.head(f"{LIST}{IncidentFactory().pk}/")

    assert answer.status_code == 200
    assert answer["ETag"] == '"1"'


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing/", "/api/v1/incidents/x/", "/api/nothing", "/api/v1/incidents/1/fly/"]
)
def test_an_unknown_address_of_the_api_is_answered_in_its_shape(client, path):
    answer = client.get(path)

    assert (answer.status_code, code_of(answer)) == (404, "not_found")
