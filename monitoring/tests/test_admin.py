import pytest

from accounts.tests.factories import UserFactory
from monitoring.models import TargetGroup
from monitoring.tests.factories import GroupFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
LIST = "/api/admin/monitoring/targetgroup/"


@pytest.fixture
def door(client):
    client.force_login(UserFactory(admin=True))
    return client


def test_probes_and_outages_are_looked_at(door):
    group = GroupFactory(name="Internet access")

    assert "Internet access" in door.get(LIST).text
    assert "http://1.1.1.1/" in door.get(f"{LIST}{group.pk}/change/").text
    assert door.get("/api/admin/monitoring/outage/").status_code == 200
    assert door.get(f"{LIST}add/").status_code == 403


def choose(door, group, verb, note=""):
    return door.post(LIST, {"action": verb, "_selected_action": [group.pk], "note": note, "index": 0}, follow=True)


def test_actions_do_what_the_services_do(door):
    group = GroupFactory()

    choose(door, group, "switch_off", note="Moved.")
    assert not TargetGroup.objects.get().enabled
    assert Event.objects.about(group).get().channel == "admin"

    choose(door, group, "delete")
    assert TargetGroup.objects.get().deleted_at is None

    choose(door, group, "delete", note="Gone.")
    assert TargetGroup.objects.get().deleted_at


def test_a_probe_is_switched_off_on_its_card(door):
    group = GroupFactory()

    door.post(
        f"{LIST}{group.pk}/change/",
        {f"{prefix}-{name}": 0 for prefix in ("targets", "windows") for name in ("TOTAL_FORMS", "INITIAL_FORMS")},
    )

    assert not TargetGroup.objects.get().enabled
