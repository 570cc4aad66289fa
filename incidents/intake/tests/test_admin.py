"""Integrations and messages in Django Admin: one more thin door."""

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from incidents.intake.tests.factories import IntegrationFactory, MessageFactory
from incidents.models import Incident, Integration
from workflow.models import Event

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Gate",
    "format": "zabbix",
    "source": "monitoring",
    "severity": "medium",
    "rate_limit": "300",
    "networks": '["10.0.0.0/8"]',
    "expires_at_0": "",
    "expires_at_1": "",
    "enabled": "on",
}


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(admin=True))
    return client


def at(model, page, *keys):
    return reverse(f"admin:incidents_{model}_{page}", args=keys)


def act(client, model, action, subject, note=""):
    body = {"action": action, "_selected_action": [subject.pk], "note": note, "index": "0"}
    return client.post(at(model, "changelist"), body, follow=True)


def test_a_new_integration_shows_its_token_once(admin):
    text = admin.post(at("integration", "add"), FORM, follow=True).text

    made = Integration.objects.get()
    assert (made.name, made.networks) == ("Gate", ["10.0.0.0/8"])
    assert "vkh_" in text
    assert "vkh_" not in admin.get(at("integration", "change", made.pk)).text
    assert Event.objects.about(made).get().channel == "admin"


def test_what_is_changed_leaves_its_event(admin):
    integration = IntegrationFactory()

    admin.post(at("integration", "change", integration.pk), FORM | {"rate_limit": "7"})

    integration.refresh_from_db()
    assert (integration.rate_limit, integration.format) == (7, "zabbix")
    assert [event.verb for event in Event.objects.about(integration)] == ["edit"]


def test_actions_do_the_verbs(admin):
    integration = IntegrationFactory()
    before = integration.digest

    act(admin, "integration", "pause", integration, "Noise.")
    act(admin, "integration", "resume", integration)
    text = act(admin, "integration", "rotate", integration).text
    act(admin, "integration", "try_out", integration)
    act(admin, "integration", "withdraw", integration)
    act(admin, "integration", "withdraw", integration, "Gone.")

    verbs = [event.verb for event in Event.objects.about(integration)]
    assert verbs == ["pause", "resume-integration", "rotate", "try", "delete"]
    assert "vkh_" in text
    integration.refresh_from_db()
    assert integration.digest != before
    assert integration.state == "withdrawn"
    assert Incident.objects.count() == 1


def test_messages_are_looked_at_and_replayed_but_never_changed(admin):
    message = MessageFactory(body=b'{"title": "<b>x</b>"}')

    text = admin.get(at("message", "change", message.pk)).text

    assert "&lt;b&gt;x&lt;/b&gt;" in text
    act(admin, "message", "replay", message)
    message.refresh_from_db()
    assert message.state == "created"
    assert admin.post(at("message", "delete", message.pk)).status_code == 403
