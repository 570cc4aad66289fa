"""What a real web server and a real worker write down: JSON alone, one id from request to letter, no secret."""

import json

import httpx
import pytest
from django.db import connection

from accounts.models import User
from accounts.tests.factories import UserFactory
from config.tests.house import PASSWORD, House, objects, stored, until
from incidents.models import Incident
from notifications.models import Delivery
from notifications.tests.smtp import open_post_office
from notifications.tests.test_drill import database_url

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
FORGED = '%0A{"level":"INFO","message":"all is well"}%0D%1B[2J'


@pytest.fixture
def house(tmp_path, settings):
    with open_post_office() as office:
        broker = f"{settings.REDIS_URL.rstrip('/')}/14" if settings.REDIS_URL else "filesystem://localhost"
        house = House(
            tmp_path / "house",
            DATABASE_URL=database_url(),
            CELERY_BROKER_URL=broker,
            EMAIL_URL=f"smtp://127.0.0.1:{office.port}",
            LOG_FILE=tmp_path / "vakhta.log",
            LOG_LEVEL="WARNING",
        )
        yield house
        house.end()


def test_every_line_is_an_object_and_an_incident_goes_by_one_id_until_its_letter_is_sent(house, tmp_path):
    User.objects.system()
    reporter, technician = UserFactory(), UserFactory(technician=True)
    assert technician.email
    User.objects.filter(pk=reporter.pk).update(password=stored(PASSWORD))
    connection.close()
    house.start("web", "worker")
    house.open()

    body = {"title": "Line\nbroken\u2028here", "severity": "critical", "description": "x"}
    with house.signed_in(reporter.username) as client:
        made = client.post("/api/v1/incidents/", json=body, headers={"X-Request-ID": "report-1"})
        odd = client.get(f"/api/v1/nowhere/{FORGED}/", headers={"X-Request-ID": "a b{}"})
    assert made.status_code == 201, made.text
    httpx.get(house.url("/api/v1/ping/hunter2hunter2hunter2hunter2/"))
    httpx.post(house.url("/api/identity/auth/jwt/create/"), json={"username": "x\ny", "password": "hunter2hunter2"})
    assert odd.status_code == 404
    log = tmp_path / "vakhta.log"
    sent = until(lambda: [one for one in written(log) if one["message"].endswith(": sent")], log.read_text)
    house.end()

    assert Incident.objects.count() == 1
    assert Delivery.objects.filter(state=Delivery.State.SENT).exists()
    assert {one["request_id"] for one in sent} == {"report-1"}
    accesses = {one["path"]: one for one in written(log) if one["logger"] == "access"}
    report = accesses["/api/v1/incidents/"]
    assert (report["user"], report["status"], report["request_id"]) == (reporter.pk, 201, "report-1")
    assert accesses["/api/v1/ping/…/"]["status"] == 404
    assert odd.headers["X-Request-ID"] not in {"a b{}", ""}
    whole = log.read_text() + house.said()
    assert whole.isascii()
    objects(house.lines())
    for secret in ("hunter2", PASSWORD, client.headers["Authorization"].split()[1]):
        assert secret not in whole


def written(log):
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
