"""How people keep integrations and look after messages over the API."""

import pytest

from accounts.tests.factories import UserFactory
from incidents.intake.tests.factories import IntegrationFactory, MessageFactory
from incidents.models import Incident, Integration, Message

pytestmark = pytest.mark.django_db
URL = "/api/v1/integrations/"
MESSAGES = "/api/v1/intake-messages/"


@pytest.fixture
def admin(api):
    return api(UserFactory(admin=True))


def test_an_integration_is_made_and_its_token_shown_once(admin):
    answer = admin.post(URL, {"name": "Gate", "format": "zabbix", "networks": ["10.0.0.0/8"]})

    assert answer.status_code == 201
    made = answer.json()
    assert made["token"].startswith("vkh_")
    assert made["url"].endswith(f"/api/v1/intake/{made['token']}/")
    again = admin.get(answer["Location"])
    assert "token" not in again.json()
    assert made["token"] not in again.content.decode()
    assert (again.json()["state"], again["ETag"]) == ("active", '"1"')


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "x", "format": "nagios"}, "format"),
        ({"name": "x", "rate_limit": 0}, "rate_limit"),
        ({"name": "x", "networks": ["nonsense"]}, "networks.0"),
        ({"name": "x", "expires_at": "2026-07-23T18:45:00"}, "expires_at"),
    ],
)
def test_what_means_nothing_is_refused(admin, body, attr):
    answer = admin.post(URL, body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr


def test_verbs_answer_with_the_integration(admin):
    integration = IntegrationFactory()
    address = f"{URL}{integration.pk}/"

    assert admin.post(f"{address}pause/").json()["state"] == "paused"
    assert admin.post(f"{address}resume/", {"note": "Quiet."}).json()["state"] == "active"
    assert admin.post(f"{address}rotate/").json()["token"].startswith("vkh_")
    assert admin.post(f"{address}withdraw/").status_code == 400
    assert admin.post(f"{address}withdraw/", {"note": "Gone."}).json()["state"] == "withdrawn"
    assert admin.post(f"{address}rotate/").status_code == 409
    assert admin.post(f"{address}undelete/").json()["state"] == "active"
    assert admin.post(f"{address}delete/", {"note": "Gone."}).json()["state"] == "withdrawn"
    verbs = [event["verb"] for event in admin.get(f"{address}timeline/").json()["results"]]
    assert verbs == ["pause", "resume-integration", "rotate", "delete", "undelete", "delete"]


def test_a_patch_changes_what_it_names(admin):
    integration = IntegrationFactory()
    address = f"{URL}{integration.pk}/"

    answer = admin.patch(address, {"rate_limit": 5, "enabled": False, "version": 99, "token_end": "zzzz"})

    assert (answer.status_code, answer.json()["rate_limit"], answer.json()["state"]) == (200, 5, "paused")
    assert answer.json()["token_end"] == "abcd"
    stale = admin.patch(address, {"rate_limit": 6}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 3)


def test_withdrawn_ones_are_listed_only_when_asked_for(admin):
    IntegrationFactory(number=1)
    IntegrationFactory(number=2, withdrawn=True)

    assert [one["name"] for one in admin.get(URL).json()["results"]] == ["Machine 1"]
    assert [one["name"] for one in admin.get(f"{URL}?state=withdrawn").json()["results"]] == ["Machine 2"]


@pytest.mark.parametrize("state", ["active", "paused", "expired"])
def test_states_are_found(admin, state):
    IntegrationFactory(number=1)
    IntegrationFactory(number=2, paused=True)
    IntegrationFactory(number=3, expired=True)

    (found,) = admin.get(f"{URL}?state={state}").json()["results"]

    assert found["state"] == state


def test_a_sample_goes_the_whole_way(admin):
    address = f"{URL}{IntegrationFactory(format='grafana').pk}/test/"

    opened = admin.post(address).json()

    assert (opened["status"], len(opened["incidents"])) == ("created", 2)
    assert admin.post(address, {"status": "resolved"}).json()["status"] == "resolved"


@pytest.mark.parametrize(("role", "status"), [("user", 403), ("technician", 403), ("manager", 200), ("auditor", 200)])
def test_managers_and_auditors_look_but_do_not_touch(api, role, status):
    integration, message = IntegrationFactory(), MessageFactory()
    client = api(UserFactory(role=role))

    assert client.get(URL).status_code == status
    assert client.get(MESSAGES).status_code == status
    seen = 200 if status == 200 else 404
    assert client.get(f"{URL}{integration.pk}/").status_code in {seen, 403}
    assert client.post(URL, {"name": "Mine"}).status_code == 403
    assert client.post(f"{URL}{integration.pk}/rotate/").status_code == 403
    assert client.post(f"{MESSAGES}{message.pk}/replay/").status_code == 403
    assert client.post(f"{MESSAGES}replay/").status_code == 403


def test_a_message_shows_its_body_and_what_became_of_it(admin):
    message = MessageFactory(body=b'{"title":\xff')

    shown = admin.get(f"{MESSAGES}{message.pk}/").json()

    assert (shown["state"], shown["fault"], shown["body"]) == ("unparsed", "json", '{"title":\ufffd')
    assert "body" not in admin.get(MESSAGES).json()["results"][0]


def test_messages_are_narrowed_by_state_and_integration(admin):
    mine = MessageFactory()
    MessageFactory(integration=mine.integration, state="ignored", fault="")
    MessageFactory()

    answer = admin.get(f"{MESSAGES}?state=unparsed&integration={mine.integration_id}")

    assert [one["id"] for one in answer.json()["results"]] == [mine.pk]


def test_one_message_is_replayed(admin):
    message = MessageFactory(body=b'{"title": "x"}')

    answer = admin.post(f"{MESSAGES}{message.pk}/replay/")

    assert (answer.status_code, answer.json()["status"]) == (200, "created")
    assert admin.post(f"{MESSAGES}{message.pk}/replay/").status_code == 409
    assert Incident.objects.count() == 1


def test_all_since_a_moment_are_replayed(admin):
    for _number in range(3):
        MessageFactory(body=b'{"title": "x"}')
    MessageFactory()

    assert admin.post(f"{MESSAGES}replay/", {"since": "2020-01-01T00:00:00Z"}).json() == {
        "worked_off": 3,
        "unparsed": 1,
        "left": 0,
    }


def test_an_incident_says_which_machine_opened_it(admin):
    integration = IntegrationFactory()
    admin.post(f"{URL}{integration.pk}/test/")

    shown = admin.get(f"/api/v1/incidents/{Incident.objects.get().pk}/").json()

    assert (shown["integration"], shown["dedup_key"], shown["previous"]) == (
        integration.pk,
        "gateway/depositary",
        None,
    )


@pytest.mark.parametrize("url", [URL, MESSAGES])
@pytest.mark.parametrize("rows", [1, 50])
def test_lists_cost_a_fixed_number_of_queries(admin, url, rows, django_assert_max_num_queries):
    for number in range(rows):
        MessageFactory(integration=IntegrationFactory(number=number))

    with django_assert_max_num_queries(6):
        assert len(admin.get(url).json()["results"]) == rows
    assert Integration.objects.count() == Message.objects.count() == rows
