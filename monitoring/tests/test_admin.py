from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from monitoring.models import MaintenanceWindow, TargetGroup
from monitoring.tests.factories import GroupFactory
from workflow.models import Event

pytestmark = pytest.mark.django_db
WINDOWS = "/api/admin/monitoring/maintenancewindow/"
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


def test_maintenance_is_agreed_on_and_taken_back(door):
    group, now = GroupFactory(), timezone.now()
    start, finish = now + timedelta(hours=1), now + timedelta(hours=2)
    form = {"group": group.pk, "weekly": "on", "note": "Router"}
    for name, moment in (("start", start), ("finish", finish)):
        local = timezone.localtime(moment)
        form |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}
    assert "lies before" in door.post(f"{WINDOWS}add/", form | {"finish_0": "2020-01-01"}).text
    door.post(f"{WINDOWS}add/", form)

    window = MaintenanceWindow.objects.get()
    assert (window.group, window.weekly, window.created_by.role) == (group, True, "admin")
    assert Event.objects.about(group).get().channel == "admin"
    MaintenanceWindow.objects.update(start=now - timedelta(hours=1))
    door.post(WINDOWS, {"action": "cancel_window", "_selected_action": [window.pk], "note": "", "index": 0})
    assert not group.is_planned(timezone.now() + timedelta(weeks=1))
    assert "readonly" in door.get(f"{WINDOWS}{window.pk}/change/").text


def test_a_probe_is_switched_off_on_its_card(door):
    group = GroupFactory()

    door.post(
        f"{LIST}{group.pk}/change/",
        {f"{prefix}-{name}": 0 for prefix in ("targets", "windows") for name in ("TOTAL_FORMS", "INITIAL_FORMS")},
    )

    assert not TargetGroup.objects.get().enabled
