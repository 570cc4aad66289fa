from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from incidents.intake.receiving import Envelope, receive
from incidents.intake.tests.factories import IntegrationFactory, token_of
from incidents.models import Incident, Storm
from notifications.models import Notice

pytestmark = pytest.mark.django_db


def break_(key, severity="high", number=1):
    body = f'{{"title": "{key} is down", "dedup_key": "{key}", "severity": "{severity}"}}'
    receive(token_of(number), Envelope(body.encode()))


@pytest.fixture
def technician():
    IntegrationFactory(number=1, name="Gate")
    return UserFactory(technician=True)


def kinds(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("kind", flat=True))


def test_a_few_signals_are_told_one_by_one(technician):
    for number in range(4):
        break_(f"db-{number}")

    assert kinds(technician) == ["incident.opened"] * 4
    assert not Storm.objects.exists()


def test_many_keys_within_two_minutes_are_told_as_one_summary(technician):
    for number in range(30):
        break_(f"db-{number}")

    assert kinds(technician) == ["incident.opened"] * 4 + ["integration.urgent-storm"]
    storm = Storm.objects.get()
    assert storm.incidents.count() == 30
    assert Storm.objects.with_active().get().active == 30


def test_a_storm_in_one_message_is_told_only_as_a_whole(technician):
    IntegrationFactory(number=2, format="alertmanager")
    alerts = ",".join(
        f'{{"status": "firing", "fingerprint": "{n}", "labels": {{"alertname": "A{n}", "severity": "critical"}}}}'
        for n in range(12)
    )

    receive(token_of(2), Envelope(f'{{"alerts": [{alerts}]}}'.encode()))

    assert kinds(technician) == ["integration.urgent-storm"]
    assert "12" in Notice.objects.get(recipient=technician).title


def test_repeats_of_one_key_are_no_storm(technician):
    for _number in range(10):
        break_("db")

    assert kinds(technician) == ["incident.opened"]


def test_a_calm_storm_is_told_once_more_when_it_becomes_urgent(technician):
    for number in range(6):
        break_(f"db-{number}", severity="low")
    break_("core", severity="critical")
    break_("core-2", severity="critical")

    assert kinds(technician) == ["integration.storm", "integration.urgent-storm"]


def test_after_two_quiet_minutes_it_is_calm_again(technician):
    for number in range(6):
        break_(f"db-{number}")
    past = timezone.now() - timedelta(minutes=3)
    Storm.objects.update(last_at=past)
    Incident.objects.update(created_at=past)

    break_("alone")

    assert Incident.objects.get(dedup_key="alone").storm is None
    assert kinds(technician)[-1] == "incident.opened"


def test_storms_of_two_machines_are_two(technician):
    IntegrationFactory(number=2)
    for number in range(4):
        break_(f"db-{number}", number=1)
        break_(f"db-{number}", number=2)

    assert not Storm.objects.exists()


def test_lists_and_home_show_a_storm_as_one_line(page, technician):
    IntegrationFactory(number=2)
    break_("alone", number=2)
    for number in range(12):
        break_(f"db-{number}")
    client = page(technician)

    for path in ("/", "/incidents/", "/incidents/?tab=untaken"):
        text = client.get(path).text
        assert "Storm: 12 incidents from Gate" in text
        assert "db-3 is down" not in text
        assert "alone is down" in text
    whole = client.get(Storm.objects.get().get_absolute_url()).text
    assert "db-3 is down" in whole
    assert "alone is down" not in whole
    assert "db-3 is down" in client.get("/incidents/export/?tab=active").getvalue().decode()


def test_a_storm_that_was_worked_off_is_shown_no_more(page, technician):
    for number in range(6):
        break_(f"db-{number}")
    Incident.objects.exclude(dedup_key="db-0").update(
        deleted_at=timezone.now(), deleted_by=technician, deletion_note="x"
    )

    text = page(technician).get("/incidents/").text

    assert "Storm" not in text
    assert "db-0 is down" in text
