import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from suspensions.tests.factories import SuspensionFactory
from workflow import offshoots

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


@pytest.mark.parametrize("wanted", ["", "nothing such", "tasks", "https://elsewhere.example"])
def test_only_an_offered_step_leads_on(wanted):
    incident = IncidentFactory()

    assert offshoots.onward(incident, UserFactory(), wanted) == incident.get_absolute_url()


def test_a_step_is_offered_only_to_whom_it_is_allowed():
    assert [step.name for step in offshoots.next_steps(Incident, UserFactory())] == ["downtime"]
    assert not offshoots.next_steps(Incident, UserFactory(auditor=True))
    assert not offshoots.next_steps(Incident, AnonymousUser())


def test_offshoots_grow_only_out_of_what_they_name():
    assert not offshoots.of(AnonymousUser)
    assert [one.name for one in offshoots.of(Incident)] == ["downtime", "tasks", "tickets"]
