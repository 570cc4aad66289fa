"""A storm is taken, resolved and closed in one go; what is refused is named once, with its numbers."""

import pytest

from accounts.tests.factories import UserFactory
from incidents.models import Incident
from incidents.tests.factories import IncidentFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
BULK = "/incidents/bulk/"


@pytest.fixture
def technician():
    return UserFactory(technician=True)


def keys(incidents):
    return [incident.pk for incident in incidents]


def test_several_are_taken_and_resolved_with_one_note(page, technician):
    storm = IncidentFactory.create_batch(2)
    client = page(technician)

    client.post(BULK, {"verb": "take", "chosen": keys(storm)})
    answer = client.post(BULK, {"verb": "resolve", "chosen": keys(storm), "note": "Provider is back."}, follow=True)

    assert set(Incident.objects.values_list("status", "assignee")) == {("resolved", technician.pk)}
    assert list(Event.objects.filter(verb="resolve").values_list("note", flat=True)) == ["Provider is back."] * 2
    assert "2 incidents changed." in answer.text


def test_what_cannot_be_closed_is_named_once_and_the_rest_is_closed(page, technician):
    working, other = IncidentFactory.create_batch(2, in_progress=True)
    resolved = IncidentFactory(resolved=True)

    answer = page(technician).post(BULK, {"verb": "close", "chosen": keys([working, other, resolved])}, follow=True)

    resolved.refresh_from_db()
    assert resolved.status == "closed"
    assert f"{other.number}, {working.number}: The status is" in answer.text
    assert answer.text.count("cannot become") == 1


@pytest.mark.parametrize(
    "sent", [{"verb": "take"}, {"verb": "delete", "chosen": ["1"]}, {"verb": "take", "chosen": ["x"]}]
)
def test_what_means_nothing_changes_nothing(page, technician, sent):
    IncidentFactory(pk=1)

    answer = page(technician).post(BULK, sent, follow=True)

    assert answer.status_code == 200
    assert Incident.objects.get().status == "open"


def test_deleted_ones_are_left_alone(page):
    hidden = IncidentFactory(deleted=True)

    page(UserFactory(admin=True)).post(BULK, {"verb": "take", "chosen": [hidden.pk]})

    hidden.refresh_from_db()
    assert hidden.status == "open"


@pytest.mark.parametrize("role", ["user", "auditor"])
def test_whoever_takes_none_takes_no_several(page, role):
    incident, person = IncidentFactory(), UserFactory(role=role)
    client = page(person)

    assert client.post(BULK, {"verb": "take", "chosen": [incident.pk]}).status_code == 403
    assert "data-vk-all" not in client.get("/incidents/").text


def test_boxes_stand_in_the_list_for_whoever_works_on_incidents(page, technician):
    incident = IncidentFactory()

    text = page(technician).get("/incidents/").text

    assert f'form="bulk" name="chosen" value="{incident.pk}"' in text
    assert text.count("data-vk-all") == 2
