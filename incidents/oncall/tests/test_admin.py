"""The duty table in Django Admin: looked at, and deleted by its service."""

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from incidents.models import EscalationPolicy
from incidents.oncall.tests.factories import DutyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(admin=True))
    return client


def at(model, page, *keys):
    return reverse(f"admin:incidents_{model}_{page}", args=keys)


def act(client, model, action, subject, note=""):
    body = {"action": action, "_selected_action": [subject.pk], "note": note, "index": "0"}
    return client.post(at(model, "changelist"), body, follow=True)


def test_duties_are_looked_at(admin):
    duty = DutyFactory(remark="Call twice")

    assert "Call twice" in admin.get(at("duty", "changelist")).text
    assert "Call twice" in admin.get(at("duty", "change", duty.pk)).text
    assert admin.get(at("duty", "add")).status_code == 403


def test_deleting_a_duty_needs_a_reason(admin):
    duty = DutyFactory()

    act(admin, "duty", "delete", duty)
    duty.refresh_from_db()
    assert duty.deleted_at is None

    act(admin, "duty", "delete", duty, note="Wrong week")
    duty.refresh_from_db()
    assert duty.deletion_note == "Wrong week"


def test_chains_are_looked_at(admin):
    EscalationPolicy.objects.all().delete()
    chain = EscalationPolicy.objects.create(severity="high", steps=[{"after": 5, "whom": "managers"}])

    assert "all managers" in admin.get(at("escalationpolicy", "change", chain.pk)).text
    assert admin.get(at("escalation", "changelist")).status_code == 200
