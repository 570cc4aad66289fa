import pytest

from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import SuspensionFactory

pytestmark = pytest.mark.django_db


def test_a_report_goes_on_to_record_downtime(page):
    client = page(UserFactory())
    assert "Also record downtime" in client.get("/incidents/new/").text

    sent = {"description": "No line.", "severity": "high", "then": "downtime"}
    answer = client.post("/incidents/new/", sent)

    assert answer["Location"] == f"/suspensions/new/?incident={Incident.objects.get().pk}"


def test_an_unknown_step_leads_to_the_incident(page):
    sent = {"description": "No line.", "severity": "high", "then": "https://elsewhere.example"}
    answer = page(UserFactory()).post("/incidents/new/", sent)

    assert answer["Location"] == Incident.objects.get().get_absolute_url()


def test_the_card_of_an_incident_shows_its_downtime(page):
    incident = IncidentFactory()
    case, hidden = SuspensionFactory(incident=incident), SuspensionFactory(incident=incident, deleted=True)
    text = page(UserFactory(manager=True)).get(incident.get_absolute_url()).text

    assert case.number in text
    assert hidden.number not in text


def test_an_auditor_is_not_offered_to_record(page):
    text = page(UserFactory(auditor=True)).get(IncidentFactory().get_absolute_url()).text

    assert "/suspensions/new/" not in text
