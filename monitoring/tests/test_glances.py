from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.tests.factories import IncidentFactory
from monitoring.models import Outage
from monitoring.tests.factories import GroupFactory
from suspensions.tests.factories import SuspensionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def outage():
    incident = IncidentFactory(source="monitoring")
    case, other = SuspensionFactory.create_batch(2, incident=incident, origin="probe")
    found = Outage.objects.create(
        group=GroupFactory(name="Internet access"), suspension=case, incident=incident, cause="link",
        start=timezone.now() - timedelta(minutes=40),
    )  # fmt: skip
    found.siblings.add(other)
    return found


@pytest.fixture
def technician(page):
    return page(UserFactory(technician=True))


def test_the_incident_and_each_case_show_the_outage_that_a_probe_saw(technician, outage):
    for subject in (outage.incident, outage.suspension, outage.siblings.get()):
        address = f"{subject.get_absolute_url()}outage/"
        text = technician.get(address).text

        assert address in technician.get(subject.get_absolute_url()).text
        assert outage.group.get_absolute_url() in text
        assert "still lasts" in text
        assert "vk-strip" in text


def test_what_is_long_over_comes_without_the_strip_of_today(technician, outage):
    long_ago = timezone.now() - timedelta(days=9)
    Outage.objects.update(start=long_ago, finish=long_ago + timedelta(hours=1))
    text = technician.get(f"{outage.incident.get_absolute_url()}outage/").text

    assert "vk-strip" not in text
    assert outage.group.name in text


def test_what_people_recorded_asks_no_probe(technician):
    for subject in (IncidentFactory(source="operator"), SuspensionFactory()):
        assert "/outage/" not in technician.get(subject.get_absolute_url()).text
        assert "vk-list" not in technician.get(f"{subject.get_absolute_url()}outage/").text


def test_an_employee_sees_neither_outage_nor_tile(page, outage):
    client = page(UserFactory())

    assert client.get(f"{outage.incident.get_absolute_url()}outage/").status_code in {403, 404}
    assert client.get(reverse("probes:tile")).status_code == 403
    assert reverse("probes:tile") not in client.get("/").text


def test_the_home_page_asks_how_the_probes_stand(technician):
    now = timezone.now()
    for down in (False, True):
        watch = GroupFactory().watch
        watch.last_at, watch.begun_at, watch.is_down = now, now, down
        watch.save()
    GroupFactory(enabled=False)
    text = technician.get(reverse("probes:tile")).text

    assert reverse("probes:tile") in technician.get("/").text
    assert "1 of 2" in text
    assert "down 1" in text


def test_without_probes_the_tile_is_empty(technician):
    assert not technician.get(reverse("probes:tile")).text.strip()


@pytest.mark.parametrize("rows", [1, 20])
def test_the_tile_costs_a_fixed_number_of_queries(technician, rows, django_assert_max_num_queries):
    GroupFactory.create_batch(rows)
    with django_assert_max_num_queries(6):
        technician.get(reverse("probes:tile"))
