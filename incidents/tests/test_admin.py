import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from incidents import services
from incidents.models import Incident
from workflow.actor import Actor, Channel
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = "/api/admin/incidents/incident/"


@pytest.fixture
def admin():
    return User.objects.create_superuser("admin", "admin@example.org", "correct horse battery")


@pytest.fixture
def door(admin):
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def incident(admin):
    return services.report(by=Actor(admin, Channel.PAGE), description="The printer burns.\nIt really does.")


def card(incident):
    return f"{LIST}{incident.pk}/change/"


def choose(door, verb, incident, note=""):
    data = {"action": verb, "_selected_action": [incident.pk], "note": note, "index": 0}
    return door.post(LIST, data, follow=True)


def test_taking_from_the_list_is_told_in_the_timeline(door, incident):
    choose(door, "take", incident, note="On my way.")

    event = Event.objects.about(incident).last()
    assert (event.verb, event.channel, event.note) == ("take", "admin", "On my way.")


def test_closing_from_the_object_page(door, incident):
    choose(door, "resolve", incident)

    door.post(card(incident), {"CHANGE_FORM-action": "close", "_selected_action": [incident.pk]})

    incident.refresh_from_db()
    assert incident.status == "closed"


def test_a_refused_verb_is_a_warning(door, incident):
    page = choose(door, "reopen", incident)

    assert "nothing to reopen" in page.text
    assert "done." not in page.text


def test_deleting_needs_a_reason(door, incident):
    page = choose(door, "delete", incident)

    incident.refresh_from_db()
    assert incident.deleted_at is None
    assert "deleting needs a reason" in page.text


def test_a_deleted_incident_can_be_restored(door, incident):
    choose(door, "delete", incident, note="Reported twice.")
    choose(door, "undelete", incident)

    assert Incident.objects.present().filter(pk=incident.pk).exists()


def test_status_cannot_be_typed(door, incident):
    page = door.get(card(incident))

    assert page.status_code == 200
    assert 'name="status"' not in page.text
    assert "The printer burns." in page.text


def test_editing_goes_through_the_services(door, incident, admin):
    form = {"title": "Printer", "description": incident.description, "severity": "high", "source": "operator"}
    comments = {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}

    page = door.post(card(incident), form | comments | {"assignee": admin.pk})

    assert page.status_code == 302, page.text
    verbs = Event.objects.about(incident).values_list("verb", flat=True)
    assert list(verbs) == ["report", "edit", "severity", "assign"]


def test_adding_reports_in_the_name_of_the_administrator(door, admin):
    form = {"title": "", "description": "No network", "severity": "medium", "source": "operator", "assignee": ""}

    page = door.post(f"{LIST}add/", form | {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0})

    assert page.status_code == 302, page.text
    incident = Incident.objects.get()
    assert (incident.title, incident.reporter, incident.severity) == ("No network", admin, "medium")


@pytest.mark.parametrize("address", [LIST, reverse("admin:workflow_event_changelist"), "/api/admin/"])
def test_every_list_opens(door, incident, address):
    assert door.get(address).status_code == 200


def test_an_event_can_neither_be_changed_nor_deleted(door, incident):
    event = Event.objects.about(incident).get()
    address = reverse("admin:workflow_event_change", args=[event.pk])

    assert door.post(address, {"note": "x"}).status_code == 403
    assert door.post(reverse("admin:workflow_event_delete", args=[event.pk])).status_code == 403


def test_nobody_deletes_an_incident_by_the_delete_page(door, incident):
    assert door.post(f"{LIST}{incident.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_manager_does_not_get_in(incident):
    client = Client()
    manager = User.objects.create_user("manager", "m@example.org", "correct horse battery", role=User.Role.MANAGER)
    client.force_login(manager)

    assert client.get(LIST).status_code == 302
