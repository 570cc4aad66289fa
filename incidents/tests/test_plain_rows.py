"""What the API reads and writes without building serializers and filters anew for each request."""

import pytest

from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from tasks.tests.factories import TaskFactory
from workflow.models import plain_rows

pytestmark = pytest.mark.django_db
LIST = "/api/v1/incidents/"


@pytest.fixture
def client(api):
    return api(UserFactory(admin=True))


def titles(answer):
    assert answer.status_code == 200
    return [row["title"] for row in answer.json()["results"]]


@pytest.mark.parametrize("query", ["status=unknown", "ordering=nonsense", "reporter=0", "created_after=never"])
def test_a_filter_that_means_nothing_is_still_refused(client, query):
    answer = client.get(f"{LIST}?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == query.split("=")[0]


def test_what_is_no_filter_narrows_nothing(client):
    IncidentFactory(title="Kept")

    assert titles(client.get(f"{LIST}?page_size=5&colour=red")) == ["Kept"]


def test_lists_and_cards_show_what_is_there_now(client):
    incident = IncidentFactory(title="First")
    assert titles(client.get(LIST)) == ["First"]

    Incident.objects.filter(pk=incident.pk).update(title="Renamed")
    IncidentFactory(title="Second")

    assert titles(client.get(LIST)) == ["Second", "Renamed"]
    assert client.get(f"{LIST}{incident.pk}/").json()["title"] == "Renamed"


def test_a_row_of_a_list_is_what_the_card_shows(client):
    incident = IncidentFactory(closed=True)

    card, listed = client.get(f"{LIST}{incident.pk}/").json(), client.get(f"{LIST}?ordering=-severity").json()

    assert listed["results"] == [card]
    assert card["assignee"] == {"id": incident.assignee_id, "username": incident.assignee.username,
                                "name": incident.assignee.name}  # fmt: skip


def test_rows_that_one_caller_narrows_are_whole_for_the_next(api, client):
    TaskFactory(title="Somebody else's")
    employee = api(UserFactory())

    assert titles(employee.get("/api/v1/tasks/")) == []
    assert titles(client.get("/api/v1/tasks/")) == ["Somebody else's"]
    assert plain_rows(Incident) is not plain_rows(Incident)


def test_null_is_no_body(client):
    answer = client.post(LIST, "null", content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"code": "null", "detail": "No data provided", "attr": "non_field_errors"}]


def test_a_refused_body_leaves_nothing_behind(client):
    assert client.post(LIST, {"description": ""}, format="json").status_code == 400
    made = client.post(LIST, {"description": "It does not work."}, format="json")
    again = client.post(LIST, {"description": "Nor does this.", "severity": "high"}, format="json")

    assert (made.json()["severity"], again.json()["severity"]) == ("medium", "high")
    assert client.post(LIST, {}, format="json").json()["errors"][0]["code"] == "required"


def test_limits_are_told_in_the_language_of_each_reader(client):
    def told(language):
        answer = client.post(LIST, {"description": "x" * 5001}, format="json", headers={"accept-language": language})
        return answer.json()["errors"][0]["detail"]

    english, russian = told("en"), told("ru")

    assert english == "Ensure this field has no more than 5000 characters."
    assert russian != english
    assert [told("en"), told("ru")] == [english, russian]
