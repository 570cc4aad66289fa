"""The doors of machines, as machines use them."""

import json
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from incidents.intake import formats
from incidents.intake.tests.factories import IntegrationFactory, token_of
from incidents.models import Incident, Message
from incidents.tests.factories import IncidentFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/intake/"
GENERIC = {"title": "The gateway is dead", "dedup_key": "gw"}


@pytest.fixture
def machine():
    return IntegrationFactory(number=1)


def post(body=GENERIC, url=URL, content_type="application/json", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = APIClient(raise_request_exception=False)
    return client.generic("POST", url, raw, content_type=content_type, headers=headers)


@pytest.mark.parametrize(
    "header",
    [
        {"Authorization": f"Token {token_of(1)}"},
        {"Authorization": f"Bearer {token_of(1)}"},
        {"X-Vakhta-Token": token_of(1)},
    ],
)
def test_the_token_may_stand_in_any_header(machine, header):
    assert post(**header).status_code == 201


def test_the_token_may_stand_in_the_address(machine):
    assert post(url=f"{URL}{token_of(1)}/").status_code == 201


def test_the_answer_says_what_became_of_the_message(machine):
    first = post(**{"X-Vakhta-Token": token_of(1)})
    incident, message = Incident.objects.get(), Message.objects.get()

    assert first.json() == {
        "message": message.pk,
        "incident": incident.pk,
        "incidents": [incident.pk],
        "status": "created",
    }
    for body, code, status in [
        (GENERIC, 200, "joined"),
        (GENERIC | {"status": "resolved"}, 200, "resolved"),
        (GENERIC | {"status": "resolved"}, 200, "ignored"),
        (b"nonsense", 202, "unparsed"),
    ]:
        answer = post(body, **{"X-Vakhta-Token": token_of(1)})
        assert (answer.status_code, answer.json()["status"]) == (code, status)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"X-Vakhta-Token": "vkh_unknown"}])
def test_without_a_valid_token_nobody_comes_in(machine, headers):
    answer = post(**headers)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Token")
    assert answer.json()["type"] == "client_error"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("trait", "status", "code"), [("paused", 403, "paused"), ("expired", 401, "expired"), ("withdrawn", 401, "")]
)
def test_a_shut_door_says_why(trait, status, code):
    IntegrationFactory(number=1, **{trait: True})

    answer = post(**{"X-Vakhta-Token": token_of(1)})

    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == (code or "invalid_token")
    assert Message.objects.filter(state="refused").count() == (0 if trait == "withdrawn" else 1)


def test_beyond_the_rate_limit_the_sender_is_told_when_to_come_again(machine):
    machine.rate_limit = 1
    machine.save()
    post(**{"X-Vakhta-Token": token_of(1)})

    answer = post(**{"X-Vakhta-Token": token_of(1)})

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 301


def test_a_foreign_network_is_refused():
    IntegrationFactory(number=1, networks=["10.9.0.0/16"])

    assert post(**{"X-Vakhta-Token": token_of(1)}).status_code == 403


def test_machines_may_post_from_outside_the_local_network(machine, settings):
    settings.ALLOWED_NETWORKS = ["10.9.0.0/16"]
    cache.clear()

    assert post(**{"X-Vakhta-Token": token_of(1)}).status_code == 201
    assert APIClient().get("/api/v1/incidents/").status_code == 403


def test_a_body_beyond_the_limit_is_refused(machine, settings):
    body = b'{"title": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'

    assert post(body, **{"X-Vakhta-Token": token_of(1)}).status_code == 413
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"title": "Half', "application/json"),
        (b"", "application/json"),
        (b"\0\0\0", "application/json"),
        ('{"title": "Сбой"}'.encode("cp1251"), "application/json"),
        (b'{"title": "x"}', "multipart/form-data; boundary=x"),
        (b"[" * 100_000, "application/json"),
        (json.dumps({"alerts": [{"status": "firing"}]}).encode(), "application/json"),
        (b"payload=%7B%7D", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/json; charset=utf-16"),
        (b"\xff\xfa", "application/json; charset=zlib"),
        (b"\xff\xfa", "application/json; charset=nonsense"),
    ],
)
def test_what_machines_get_wrong_is_kept_and_never_an_error_of_ours(machine, body, content_type):
    answer = post(body, content_type=content_type, **{"X-Vakhta-Token": token_of(1)})

    assert answer.status_code in {201, 202}
    assert bytes(Message.objects.get().body) == body


@pytest.mark.parametrize(
    "body",
    [
        {"title": "x" * 300_000},
        {"title": "x", "severity": "purple"},
        {"title": "x", "severity": ["high"]},
        {"title": "a\0b", "dedup_key": "\ud800"},
        {"title": "x", "at": "0001-01-01T00:00:00Z"},
        {"title": "x", "at": "9999-12-31T23:59:59Z"},
    ],
)
def test_odd_values_open_an_incident_all_the_same(machine, body):
    assert post(body, **{"X-Vakhta-Token": token_of(1)}).status_code == 201
    assert len(Incident.objects.get().title) <= 200


@pytest.mark.parametrize("format", ["alertmanager", "grafana", "zabbix", "uptime_kuma", "generic"])
def test_the_payload_of_another_tool_is_no_error_of_ours(format):
    for number, theirs in enumerate(["alertmanager", "zabbix", "uptime_kuma", "generic"]):
        IntegrationFactory(number=number, format=theirs)
        answer = post(formats.sample(format, firing=True), **{"X-Vakhta-Token": token_of(number)})
        assert answer.status_code in {201, 202}


@pytest.mark.parametrize(
    "path", ["/api/v1/incidents/", "/api/v1/users/", "/api/v1/integrations/", "/api/v1/intake-messages/"]
)
def test_a_token_opens_no_other_door(machine, path):
    for header in [{"Authorization": f"Token {token_of(1)}"}, {"Authorization": f"Bearer {token_of(1)}"}]:
        assert APIClient().get(path, headers=header).status_code == 401
        assert post(url=path, **header).status_code == 401


def test_a_person_is_no_machine(machine, api):
    assert api(UserFactory(admin=True)).post(URL, GENERIC).status_code == 401


def test_a_partner_sees_its_own_incidents_and_nothing_else(machine):
    other = IntegrationFactory(number=2)
    post(**{"X-Vakhta-Token": token_of(1)})
    post(**{"X-Vakhta-Token": token_of(2)})
    stranger = IncidentFactory()
    own, foreign = (Incident.objects.get(integration=one) for one in (machine, other))
    client = APIClient(headers={"X-Vakhta-Token": token_of(1)})

    listed = client.get(f"{URL}incidents/").json()

    assert [one["id"] for one in listed["results"]] == [own.pk]
    assert client.get(f"{URL}incidents/{own.pk}/").json()["dedup_key"] == "gw"
    for hidden in (foreign, stranger):
        assert client.get(f"{URL}incidents/{hidden.pk}/").status_code == 404


@pytest.mark.parametrize(("trait", "status"), [("paused", 403), ("expired", 401), ("withdrawn", 401)])
def test_a_shut_door_shows_nothing(trait, status):
    IntegrationFactory(number=1, **{trait: True})

    assert APIClient(headers={"X-Vakhta-Token": token_of(1)}).get(f"{URL}incidents/").status_code == status


def test_the_token_never_stands_in_the_log(machine, caplog):
    post(b"nonsense", url=f"{URL}{token_of(1)}/")
    post(b"nonsense", url=f"{URL}vkh_wrong/")

    assert "vkh_" not in caplog.text


def test_the_schema_knows_the_token():
    out = StringIO()
    call_command("spectacular", stdout=out)

    assert "X-Vakhta-Token" in out.getvalue()
